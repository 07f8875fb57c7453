"""Packs in numbers, counted where they lie.

figures     how many lines, cards and questions one pack has
present     what a pack has beside its cards, so that the rest is not asked for
lists       the packs of a list, and how far their cards are
"""
