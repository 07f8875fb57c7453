"""From pieces of text in any order to the order in which a person reads them. Pure: no picture, no network.

placing         upright boxes, once the tilt is out
rows, margins   what stands on one height; running heads and feet
gutters         where columns are parted; columns: whether two sides are such
grids, tables   cells that are kept together, with and without rules
reading_order   all of it; vertical: columns of Chinese and Japanese
"""
