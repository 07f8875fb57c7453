"""Packs that go for good.

erasing     in steps that nobody waits for, gone on with after a kill; what stays loses its words
scrub       no word of them is left in SQLite's files
"""
