"""Browsers keep accounts, too: what they must be told.

marks       what has changed since one asked last
arrivals    what is still on its way to a guest from another one
names       under which name an account is kept, and what becomes of one that is
"""
