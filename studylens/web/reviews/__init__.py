"""The pages of reviews.

page, answers       the next card; the answer to it
pack, cram          reviews of one pack; practice
forms               what these pages send
"""
