"""What is cut out of a picture: a sheet made white, its ink, or the thing in a box.

cut, ready, encode      one picture from upload to answer; which way; PNG and WebP
clean, sheet, paper, ink    the clean page: find the sheet, even out its light, part ink from paper
thing, window, masks, guided    the cut-out: the box, GrabCut with a brush, edges of the picture itself
salient, shelf          networks that find the thing without a box, and whether their files can be believed
arrays                  pixels as numpy has them
"""
