"""Key terms, and what proves that a student has mastered one.

asking      which cards ask for a term, by words
points      what there is to say of a term; what an explanation said of it
remade      terms that take the place of others
proof       the rule: recall on later days, and an explanation or a typed answer
packs       the terms of one pack, each with its evidence
guests      the terms of all packs for which there is some
"""
