"""What programs ask for, some at a time: a cursor says where the next part begins.

pages       the next packs, cards and jobs of a student
finding     cards by their words, fronts or numbers
adding      packs and cards under ids that the programs draw
"""
