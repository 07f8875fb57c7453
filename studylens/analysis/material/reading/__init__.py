"""Lines become blocks (rows, breaks) and sentences; page: the whole, and why it gives nothing."""
