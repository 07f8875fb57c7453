"""The two lines, in days and in lapses, that scheduling, sums and progress all draw."""

MATURE_DAYS = 21.0
"""Days of stability from which a card is mature, as in Anki."""
LEECH_LAPSES = 8
"""Times forgotten from which a card is a leech, as in Anki."""
