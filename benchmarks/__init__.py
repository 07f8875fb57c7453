"""Measures the service as it runs: speed and memory, into RESULTS.md."""
