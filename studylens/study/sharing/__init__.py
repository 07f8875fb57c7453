"""A pack that others may read by a link, and take a copy of.

parts       what of a pack a link shows, chosen by its owner
links       made, found, taken back, over
copying, as_file    a copy becomes a pack of the reader's own; a large one as a file, in steps
"""
