"""Sheets of a pack, on the student's side.

templates   the shipped templates, and students' own: read, checked, kept
content     what of a pack stands on sheets
made        the sheets of a job: begun, received one by one, found, forgotten
own         templates of a student: kept, found, deleted
shipped/    templates as JSON, with backgrounds as SVG
"""
