"""Pages of accounts: none is needed to study, and one brings a student back from anywhere.

account             the page of an account; a guest makes one and loses nothing
sign_in, sign_out   coming in by name and password, and leaving: here or everywhere
passwords, codes    changing a password; one-time codes, shown once
reset               a forgotten password, by a code or a link by mail
passkeys, tickets   both ceremonies, as JSON for static/accounts/passkeys.js
forms               what is typed, and a form that is refused
proof, entering     how often and at what cost somebody is believed; cookies, and what a device had before
"""
