"""The tables always fit the models: look at the catalogue, compare, widen, fill.

guard       when to look, whose turn it is, what if it fails
catalogue   what the database says, as one text or in full
missing     what the models need more: pure comparison
repair, rebuild     PostgreSQL alters; SQLite makes a table anew
indexes     at once on small tables, beside everybody's work on large ones
backfill    fills what was added, from what earlier layouts kept
"""
