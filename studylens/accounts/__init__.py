"""Who may come back as whom: names, passwords, passkeys, codes, and how often somebody may guess.

names, passwords, slots     how a name is compared; argon2id, two at a time on one machine
tries                       guesses are counted in the database, and cost longer and longer waits
codes                       one-time codes: recovery, invitations, links by mail, answered challenges
shown                       whom a shown token leads to, and what it may do
people                      accounts are made, found and changed; devices come in and go
ceremony                    a passkey's answer is checked in a short process of its own (studylens/passkeys)
mail                        a link to a new password, by the operator's SMTP server
"""
