"""The pages of packs.

page, cards         one pack: what it is about, its page, more; its cards, some at a time
terms               the key terms, and what proves that one is mastered
library             all packs, with search and trash
wanted              what the list is narrowed to, from its address and back
many, chosen        several at once; those that a form names, or all that a list shows
editing, edit_forms     parts edited in place
joined              packs that come apart again
marking             cards from a marked line
lectures, rebuild   photos joined; new cards from a corrected page
pictures, printing  kept copies; packs on paper
"""
