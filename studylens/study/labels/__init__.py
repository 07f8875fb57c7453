"""Hidden labels: parts of a picture that cards cover and ask for.

boxes       a part of a picture, checked once
sets        the labels of a page: proposed from its lines, kept as cards, changed
shown       a card's hidden label as pages draw it
"""
