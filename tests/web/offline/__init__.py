"""Without a network, and installed."""
