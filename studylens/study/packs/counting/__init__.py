"""Packs in numbers, counted where they lie.

figures     how many lines, cards and questions one pack has
"""
