"""Scripts, prices and panels."""
