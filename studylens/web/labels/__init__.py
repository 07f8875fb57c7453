"""Hidden labels: chosen on a page's picture, shown wherever their card is.

pages       the labels of a page: chosen, saved, brought back; on paper
form        what the form sends, parsed once, and how it comes back
shown       the card's picture, for all templates
"""
