"""Cards that come back: the queue, the answers, the log.

queue, due, today   what is asked next, what is due, what a day allows; counts: how much waits
fresh, sitting      a pack's new cards at first sight; what came of today's answers
answers             one answer, in one transaction; cram: practice that moves no schedule
typed               whose answers are typed, and which count
cards, contents     the schedule's rows; the cards of one pack as its page lists them
statements          what finds the next card
carried, late       what is taken along without a network; answers that come later
log                 the one door of the review log
"""
