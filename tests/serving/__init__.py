"""gunicorn's worker as we use it."""
