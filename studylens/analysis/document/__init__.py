"""A page of a PDF: its picture, and the text that it brings along.

pdf         pdfium, and only here: open, count, draw, characters with their places
lines       characters -> lines of text, with cells
soundness   may the text be believed, by itself and against the picture?
pages       what the pipeline asks for: the list of pages, or one page
"""
