"""Cutting out: for programs, on a pack's page, and on its cards.

form        the fields of a wish, as students' pages and clients of rembg's server send them
api         POST /api/remove; a cut-out's picture
pages       an area of a pack's photo: chosen, cut out, looked at, painted over
cards       a cut-out becomes a card's picture
"""
