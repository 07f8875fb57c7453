"""Every route x {nobody, guest, other, admin, owner} x method.

table.py      what each person is answered: the part to read, and to add a row to for a new route
things.py     its second half: addresses with ids and codes
sent.py       what is sent by POST, so that the owner's is taken
world.py      the persons, and an owner who has one thing of every kind
walk.py       who asks for what, and the owner's rows before and after
test_matrix.py  holds the routes to the table
"""
