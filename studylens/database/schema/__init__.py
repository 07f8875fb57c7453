"""Keeps the tables fit for the models: look at the catalogue, compare, widen, fill; guard.py says when."""
