"""A student's steps in a real browser."""
