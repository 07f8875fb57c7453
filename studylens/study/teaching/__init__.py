"""What a student teaches: sets of classes of photos, told apart by what they look like.

store       sets and classes: made, found, renamed, deleted
photos      photos of a class: how they are taken in, and what keeps them out
known       a set as the analysis needs it
outcomes    what the analysis found, kept: features, a head, answers
report      how good a set is: one photo out each time, and which photos are taken for what
cards       a set becomes a pack of cards and questions
files       a set as a file, and back
"""
