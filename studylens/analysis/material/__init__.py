"""Study material from a transcript alone: wording -> reading -> rules -> cards and the rest -> make.

wording: the words and patterns of nine languages; reading: lines to blocks and sentences, and pages that give
nothing; rules: one file a kind of fact; headings: the title; coverage: facts that no item asks.
"""
