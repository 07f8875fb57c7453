"""What the runner and the analysis process say to each other.

wire        one JSON object a line: requests in, events and outcomes out
result      what an analysis gives: lines, cards, questions, terms, who made them
"""
