"""Quizzes: drawn, taken, graded, remembered.

making      what is asked, copied so that later edits change nothing; options: as a choice, typed, or not
chosen      a quiz on cards that are named
taking      the first answer counts
results     what came out; log: its rows in the review log
cards       the card behind a question, found or made
"""
