"""How schemathesis attacks the API: run by tests/long/test_api_fuzz.py in a process of its own.

hooks       another token for each request; and the two refusals that no schema can tell
"""
