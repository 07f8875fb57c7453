"""Typed answers beyond letters and words.

parts       answers that are lists; one or many; beginnings and endings that make another thing of a word
verdicts    right, nearly, wrong, your call: the rule behind each, with an example
"""
