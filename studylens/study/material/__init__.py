"""What the student does with the material of a pack beyond editing it.

passages    what a card can be made from: a line of the page, or a sentence that bears a fact
marking     make a card from it; take a suggestion that was left out as trivial
account     how this was made: what the judge did, which facts have a card
"""
