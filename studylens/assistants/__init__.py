"""What an assistant may do with a student's packs, over the Model Context Protocol; a client of `/api/v1`.

shapes      what it is told: packs, cards, what is due
reading     the API's answers, each field looked at
desk        the work: find, add, answer; nothing twice
server      the tools that it sees, and what it is told of faults
"""
