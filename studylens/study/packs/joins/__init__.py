"""Packs that become one, and come apart again for 30 days.

absorbing   everything of one pack goes into another, and how it was is kept
parting     it all goes home, with what the student did meanwhile
rows        which rows those are
columns     what stands in the packs' own rows: before, joined, apart again
plan        what packs would become, to be asked about
doubles     the same card or question in both packs
records     what is joined, and may still be undone
lectures    photos of one batch that are one lecture
"""
