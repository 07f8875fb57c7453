"""Tests of studylens/assistants: the SDK's own client, against the real API on a port of its own.

conftest    the API in a thread, and an assistant who calls tools
"""
