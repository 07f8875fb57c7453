"""Budgets: what guests keep and ask for, counted as it happens and refused by name.

rates           how often something was asked for: by a guest, an address, everybody
newcomers       guests of whom nothing is kept go after a day
"""
