"""A door like AnkiConnect's (version 6 of its protocol): programs that add words to Anki add them here.

A process of its own on this machine, and a client of a service's API with a token.

entrance, server    who may come in: the host's name, origins, a key; HTTP within bounds
protocol            a request and its answer, also several in one
actions, cards      what is understood, by name: decks and notes; cards
notes, duplicates   a note's fields become cards; whether one is there already
notetypes, shown    the two types that notes may have; notes as AnkiConnect shows them
othertypes          types of programs' own, which are other names of these two
params              what a program sends, checked once
asking, found       Anki's language of searches, as far as it is understood; the cards that it finds
media               pictures that wait until a note names them
service, decks      the API as dataclasses; packs as decks
faults              what is answered in place of a result
"""
