"""The photo as pixels: decoded once, upright, small.

decode      bytes -> an upright RGB picture of at most 1600 px
vips, heif  the two libraries that shrink while they decode
canvas      room round a small picture, borders taken off
quality     blur and darkness; tilt: how far the lines lean
"""
