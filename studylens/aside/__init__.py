"""A short process for what the web process does not carry: asked one question, it answers and ends.

asking      starts it, and waits for its answer
answering   its own side: limits first, then one JSON object in, one out
"""
