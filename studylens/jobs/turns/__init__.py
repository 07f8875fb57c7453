"""Turns: students are served round robin, one job each, least recently served first.

order           which turn each waiting job has; dealt anew when one comes, goes or comes back
place           a job's place in the line, and when its cards are there
"""
