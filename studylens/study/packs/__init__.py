"""The student's packs and what they hold.

store, additions, parts    keep and find packs; what comes later; which parts may be edited
editing, marks, trash   edit with undo, marked by the judge; deleted packs for 30 days
ending              packs go for good, step by step, and no word of them stays
merging, joining    one pack of several; one lecture of a batch
library, search, subjects    lists, full text, labels
several             as many as a list shows, changed in steps
pages, tables       photos of a pack, what they tell and how far to trust it; rows of cells
counting            how much is in them, without reading it
pictures, strips, privacy    kept copies; lines of the photo; what may leave the server
replies             what models said, so that the same photo is not paid for twice
proposals           new cards from a corrected page, or from one that a model read again
"""
