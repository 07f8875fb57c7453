"""What the analysis is asked for a job, by kind, and what it hands back on its way.

requests        one request of a claimed job
lessons         what a guest has taught
sheets          pages of a pack
stories         panels of a pack's story, none paid for twice
tally           how an attempt ended, for the operator's sums
"""
