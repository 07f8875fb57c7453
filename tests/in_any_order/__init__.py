"""Uploads, cancels, kills, accounts, joins, erasing and imports in any order that hypothesis thinks of.

world       one service in small: browsers, a runner that dies at will, files that come in
rows        every row of one moment, whose it is, and what has changed
promises    what holds after every step, whatever was done
steps, machine   the steps, and what each may do to the words that students have
run         so many examples on one app
"""
