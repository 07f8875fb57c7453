"""Fits the schedule to one student: `python -m studylens.fitting`, a short process for each student.

FSRS-6 has 21 weights. Those that everybody begins with were fitted to many people; a student's own predict
better. The optimiser is FSRS's own, in Rust (fsrs-rs-python): 6 MB that the web process does not carry.

asking      what the service asks of that process, and what it believes of its answer; no optimiser here
__main__    one JSON object in, one out; limits of memory and processor time set first
fitting     weights from what was answered, and whether they predict the last fifth of it better
"""
