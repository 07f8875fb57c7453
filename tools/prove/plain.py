"""gunicorn as it comes: beside it, the repository's own gunicorn.conf.py would be taken."""
