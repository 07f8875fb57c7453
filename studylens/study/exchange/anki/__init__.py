"""Anki's deck files.

writing     packs as an .apkg
reading     notes of an .apkg as cards
"""
