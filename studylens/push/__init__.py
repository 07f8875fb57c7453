"""Web Push (RFC 8030, 8291, 8292): `python -m studylens.push`, a short process for each round of reminders.

asking      what the service asks of that process, and hosts it may send to; no cryptography here
hosts       push services: their hosts, the names that students know them by, addresses that are not the web
__main__    one JSON object in, one out; limits of memory and processor time set first
sealing     a message that only the browser can read
vapid       who sends, signed with the operator's key
sending     one message to one push service, and what its answer means
"""
