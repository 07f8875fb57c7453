"""What the shell can do: `flask --app app ...`.

analyze, blip       photos; the captioning model
database, backup    tables; everything to a file and back
doctor, operations  what is there and what is missing; /health and /memory
report              what students do with items, as counts
"""
