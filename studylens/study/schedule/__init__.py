"""When a card comes back: pure rules, no tables but the student's settings.

days        study days in the student's time zone; settings: what the student wants
due_day     on which of them a card comes back
memory      a card's state before and after an answer; fsrs: the scheduler's rules; weights: a student's own
sm2         from the older rules of Anki to these, and back
exam        dates that pull cards forward; live: the schedule as the tables hold it
"""
