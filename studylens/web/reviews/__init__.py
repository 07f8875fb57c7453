"""The pages of reviews.

page, answers       the next card; the answer to it; acting: one change, and the card after it
typed, nearness     answers that are typed; how near one is, in words
ending              the last page: what came of the day, and how to go on
pack, cram          reviews of one pack; practice
forms               what these pages send
"""
