"""Sheets: pages made of a pack as SVG, and pictures of them.

fonts       the font that is shipped: what it can show, how wide words are
formulas    LaTeX as shapes (ziamath)
typeset     text with formulas: lines that fit into a width, sizes that fit into a place
faces       what stands on a page: cards to cut, what is due
revision    a sheet to revise; which of the pages a template wants
render      libvips: SVG and pictures into the corners of a template, saved
perspective how corners are reached when they are no rectangle
"""
