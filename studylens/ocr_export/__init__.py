"""Build time: the recognition network with whole numbers for weights, made from the wheel's own file.

lines      lines of print and of pencil to calibrate with, drawn here
quantise   fuse, calibrate, quantise
quicken, halve, browser   the files that browsers read with
keep       the result under models/ocr/, with its checksum; __main__ is what `make setup` runs
"""
