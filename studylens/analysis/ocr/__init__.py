"""The page as lines of text, read on this server.

read            the stage: picture in, lines in reading order out
detection       where lines of text are
recognition     what each line says
reading_order   columns, rows and headings, in the order a person reads them
"""
