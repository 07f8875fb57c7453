"""Jobs on many machines: their messages, their workers, the tables of both."""
