"""Tests of studylens/anki_door: the real service in a thread, and programs that speak AnkiConnect's protocol.

world       the service, a door in front of it, and what a program sends
"""
