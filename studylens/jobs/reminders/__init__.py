"""Browsers are told that cards are due.

minutes     at most one round a minute, in a thread of its own
rounds      who is reminded is looked for, taken, handed to a short process, and what came of it noted
"""
