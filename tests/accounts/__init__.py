"""Accounts without their pages: passwords, guesses, codes, and passkeys with an authenticator made here."""
