"""Anki's deck files.

writing     packs as an .apkg; own_notes: their cards as notes of our own types
own_questions       questions of quizzes as notes of our own, and back
occlusion   hidden labels as Anki's own notes of that kind, with their pictures
reading     cards of an .apkg, from a database that is a stranger's
unpacking   the archive, bounded; protobuf: messages in it
media       the files that come with a deck, by name
painting, drawing   pictures for cards, kept until they are stored; the process that makes them small
notetypes   note types from both layouts
templates   a card's two sides, filled as Anki fills them
notes       a card of a note as one of ours
scheduling  when cards come back, and what was answered, both ways
"""
