"""The pages of packs.

page, cards         one pack: what it is about, its page, more; its cards, some at a time
library             all packs, with search and trash
many, chosen        several at once; those that a form names
editing, edit_forms     parts edited in place
joined              packs that come apart again
marking             cards from a marked line
lectures, rebuild   photos joined; new cards from a corrected page
pictures, printing  kept copies; packs on paper
"""
