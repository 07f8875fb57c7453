"""What a guest has moves into another guest: who is signed in at once, all the rest in steps.

steps       begun by whoever signs in; the steps, their end, and who takes them
rows        the rows of a move: answers, packs with all that hangs on them, the rest
at_once     what cannot wait: what is being read, joined or taught
"""
