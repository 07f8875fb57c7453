"""The schedule fitted to one student."""
