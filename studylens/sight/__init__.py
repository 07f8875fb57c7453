"""Sight: what an operator sees of a running service, on however many machines.

trace           which request asked for what this thread does, and for which job
lines           log lines as JSON, with both
counts          what happened in this process, until it is added to the sums of all
sums            those sums and every machine's memory, in the database
page            the text that Prometheus reads
"""
