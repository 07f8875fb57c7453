"""Tests of studylens/remote, against a server of their own that misbehaves by name.

server      answers what it is told to, and keeps what was asked
"""
