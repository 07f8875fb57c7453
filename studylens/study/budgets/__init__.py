"""Budgets: what guests keep and ask for, counted as it happens and refused by name.

rates           how often something was asked for: by a guest, an address, everybody
measure, sums   what packs and guests hold; the sums, changed in the same transaction
everybody       the sums of a thousand guests each, so that nobody reads all
room            whether there is room for more: of a guest, of all, from an address
rounds          guests of whom nothing is kept go after a day; sums are looked at
"""
