"""A service's API, asked from outside by our own programs: the standard library, and nothing of the service.

place       where the service is, and the token that opens it
client      asks: retries what may be asked twice, ends in time, follows cursors
answers     what came back, read within bounds
faults      what can go wrong, named for whoever runs the program
"""
