"""What was read comes in, step by step: hidden until it is whole, and taken back on wish.

hand, journal       what all writers share; what a step has added
cards, pictures, labels     a deck's cards, their pictures, and what they hide of one
known               how many cards are here already
questions           our own quiz questions that come home
schedules, history  of a deck: when its cards come back, and what was answered in another program
packs, answers      an account's packs; its log, quizzes, achievements
storing, showing, undoing       one step of each
"""
