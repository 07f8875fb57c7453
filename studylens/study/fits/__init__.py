"""The schedule fitted to one student: from the log to weights, and what is said of it.

history     a student's answers, card by card, as the optimiser takes them
found       what a fit found, believed or not
rows        who is due for a fit, and what became of one, in the settings
"""
