"""A class from one QR code: the teacher's pages and the phones'.

teacher     begin, the board, on to the next question, keep or close
phones      come in by a code, answer, see what comes
state       what is to be seen now, from memory; how often to ask
"""
