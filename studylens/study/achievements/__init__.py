"""Achievements: for recall, never for pressing buttons.

rules       which there are, and their tiers
facts       what the sums say about a student
award       what an answer could have earned; standing: what a student has
"""
