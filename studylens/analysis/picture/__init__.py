"""The photo as pixels: decoded once, upright, small.

decode      bytes -> an upright RGB picture of at most 1600 px
vips, heif, bitmap  the libraries that decode, each shrinking as early as it can
ground      what is put behind a transparent picture
canvas      room round a small picture, borders taken off
quality     blur and darkness; tilt: how far the lines lean
"""
