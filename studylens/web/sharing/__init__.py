"""A pack by a link: its owner makes and takes back links, whoever has one reads.

links       the owner's page: what is shown, for how long, taken back
public      what a link opens; a copy to study
qr, guesses         a link as a square that a phone reads; a bound for whoever guesses
"""
