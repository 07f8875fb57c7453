"""Checks what an authenticator answered: `python -m studylens.passkeys`, a short process for each answer.

__main__    one JSON object in, one out; limits of memory and processor time set first
checking    by py_webauthn, which brings cryptography: 20 MB that the web process does not carry
"""
