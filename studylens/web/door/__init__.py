"""Who comes in, and how: everything a request meets before its page.

accept, sizes, arrival      what is wanted, how much may be sent, and how long it may take
bodies, plain, spools       forms and photos, JSON, and files while they arrive
checks, headers     what may be stored; what goes out with it
sender              by which name we were asked, and from whose page
guests, cookies, local, operator    whose request it is, by which cookie; programs here, the operator
guesses             tries at passwords, codes and links, counted
assets, squeeze             static files, by their version; what goes out is made small
errors, storage, reading_again, wiring      refusals in words; databases that are away; the app's parts
"""
