"""Files that students send in: one at a time a machine, read apart, stored in steps.

queue       rows: take, whose turn it is, cancel, tell
files       the folder in which they lie
apart       starts the process that reads one
carrier     one import from state to state
importer    the thread that carries them, and goes on after a kill
"""
