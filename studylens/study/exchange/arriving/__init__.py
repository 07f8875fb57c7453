"""What was read comes in, step by step: hidden until it is whole, and taken back on wish.

hand, journal       what all writers share; what a step has added
cards, pictures     a deck's cards, and their pictures
questions           our own quiz questions that come home
schedules, history  of a deck: when its cards come back, and what was answered in another program
packs, answers      an account's packs; its log, quizzes, achievements
storing, showing, undoing       one step of each
"""
