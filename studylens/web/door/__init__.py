"""Who comes in, and how: everything a request meets before its page.

accept, bodies, sizes, arrival      what is wanted, what is sent, how much, and how long it may take
checks, hosts, origin, headers      what may be stored; by which name and from where; what goes out with it
guests, local, operator, wiring     whose request it is, programs here, the operator; what the app is made of
assets, squeeze             static files, by their version; what goes out is made small
errors, storage, reading_again      refusals in words; databases that are away
"""
