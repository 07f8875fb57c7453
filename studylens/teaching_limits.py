"""The limits of what a guest teaches; the others are in limits.py."""

MAX_SETS = 20
"""Sets of a guest: each is asked about every photo that is read."""
MAX_CLASSES = 30
"""Classes of a set: more than a page of choices."""
MAX_PHOTOS = 50
"""Photos of a class: accuracy hardly grows from 20 on."""
MAX_PHOTOS_OF_GUEST = 3_000
"""Photos of all sets of a guest: 8 MB of features, and 45 MB of small pictures."""
MAX_PHOTOS_AN_HOUR = 600
"""Photos that a guest may teach within an hour: one costs a hundredth of a page that is read."""
KEPT_PHOTO_PX = 360
"""Longest side of the small picture that is kept of a photo: a leaf is told by it, for 10-20 kB."""
KEPT_PHOTO_QUALITY = 75
"""JPEG's, of the same."""
MAX_NAME_CHARS = 100
"""A set's or class's name: a line on a phone holds 40."""
MAX_DESCRIPTION_CHARS = 500
"""What a set or class is; more belongs into a pack."""
LEAST_PHOTOS = 5
"""Photos of a class under which its page warns."""
LEAST_FOR_SHARE = 20
"""Photos tried under which no percentage is told, only how many of how many."""
MAX_FILE_BYTES = 80 * 2**20
"""An exported set: 1,500 photos with their small pictures have 35 MB as JSON."""

NEED_TEACHING_MB = 30
"""The network and one picture: see benchmarks/RESULTS.md, part teaching."""
NEED_TRAINING_MB = 10
"""A training of 40 photos: 3 MB measured."""
NEED_TRAINED_PHOTO_MB = 0.065
"""Each photo of it: 1,500 took 94 MB, most of it to invert who is like whom."""
ROOM_TEACHING_MB = 200
"""See ROOM_DECODE_MB in limits.py."""
