"""Picture stories on the web."""
