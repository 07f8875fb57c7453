"""Cards as a table: CSV that spreadsheets open safely, and tables from elsewhere.

encodings       in which letters a file is written
lines, rows     a file's lines; rows of cells, whatever its quotation marks are
separators      which sign stands between the columns
blocks          lists with a blank line between their cards
columns         which column is front, back, deck, tags
choice          what the student wants of these
layout          how a table is read, by its first lines and the choice
sides           gaps of Anki, and media that no table brings
reading, writing        a table as cards, and cards as a table
preview         its first rows and how many come in, before they do
cells           cells that no spreadsheet runs
"""
