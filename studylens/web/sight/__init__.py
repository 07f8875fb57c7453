"""What an operator's machines ask, beside /health and /memory.

metrics         the numbers of all processes, for Prometheus
ready           whether photos can be taken and read now, by part
"""
