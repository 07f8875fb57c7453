"""Telling photos apart by what they look like, from a few photos of each kind.

network     the file that set-up made, if it can be believed
pixels      a picture as the network takes it
features    a picture as 1,280 numbers
head        ridge regression on them: trained, and measured by leaving one photo out
sets        what a guest has taught, as it comes in a file; none of these, unsure, or this
"""
