"""Explain it back: a page told in own words, and what of it was missed.

explain     the page's facts held against what was written; cards of what was missed are due
"""
