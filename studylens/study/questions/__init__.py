"""Follow-up questions on a pack.

follow_ups      a question, its best lines at once, and the model's answer later
line_search     the lines that fit a question best
"""
