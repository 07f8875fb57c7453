"""Cards as a table: CSV that spreadsheets open safely, and tables from elsewhere.

lines, rows     a file's lines; rows of cells, whatever its quotation marks are
separators      which sign stands between the columns
blocks          lists with a blank line between their cards
columns         which column is front, back, deck, tags
reading, writing        a table as cards, and cards as a table
cells           cells that no spreadsheet runs
"""
