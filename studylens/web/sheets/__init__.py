"""Sheets of a pack on the web.

pages       choose templates, wait, look at what was made
words       what pages say of templates
files       what was made: one page as a picture, all of them as a ZIP
own         templates of a student's own
"""
