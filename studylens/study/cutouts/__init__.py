"""What was cut out of photos.

results     a job's wish and its picture, for an hour
sent        a picture that a program puts on a card
cards       the pictures of cards: put there, found for pages, taken away
"""
