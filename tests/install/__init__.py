"""Tests of what happens between a clone and a running service, against package indexes made here.

- `index`: wheels of a few hundred bytes, and the pages of an index that offers them
- `clone`: a fresh clone with locks of the same form as ours, and `make` in it
"""
