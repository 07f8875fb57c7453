"""Tables of what is shared.

links       links by which others read a pack
live        quizzes of a whole class, and what was kept of them
"""
