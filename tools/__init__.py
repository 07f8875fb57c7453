"""What the Makefile calls: finding Python, running pip, listing licences, starting many processes."""
