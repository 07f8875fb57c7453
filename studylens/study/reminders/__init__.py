"""Reminders: which browsers are told that cards are due, and when.

subscriptions   a browser's subscription: begun, listed, ended
turns           who is reminded now, taken once, and what came of it
"""
