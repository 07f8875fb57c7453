"""Fits the schedule to students, one at a time and only while nothing is read: memory is for photos first.

turns       when the next one begins, in a thread of its own
rounds      one student: their answers read, handed to a short process, and what came of it kept
"""
