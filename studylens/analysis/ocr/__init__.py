"""The page as lines of text, read on this server.

read            the stage: picture in, lines in reading order out; networks: the files it runs
detection       where lines of text are; bends: those that bend; parting: boxes drawn over a gutter
turn            which way up the page lies
recognition     what each line says, from crops of it; places: which row is which line of a model's
order/          columns, rows and tables, in the order a person reads them; rules: tables' lines in the pixels
believed        which pieces are shown, and in which order; device: those that a student's own device read
trust           how far it can be believed; scripts: what cannot be read, shapes: its name; transcript: lines
"""
