"""Reminders on a student's devices.

pages       GET /reminders, where they begin and end
"""
