"""A quiz that a whole class answers at once, with no account and nothing that stays.

quizzes     begun, led from question to question, ended, swept
players     who takes part, by a nickname
answers     each counted once, while its question is open
spread      how many chose what; kept with the pack if its teacher wants
"""
