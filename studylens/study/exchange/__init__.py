"""What a student takes along and brings in.

account, anki, tables   a whole account as a file; Anki's decks; tables
markdown_pack, calendar Markdown, due reviews as a calendar
contents, incoming      what goes out; what comes in, as lines within a budget
deck_names      a pack's subject and title as a nested deck, and back
counted         what a result page counts of a file that came in
reading, apart  any file that is sent; read in a process of its own
arriving        what was read is stored in steps
markup, html_text, html_pictures    HTML of a card to text, and the pictures that it names
gaps                    gaps of Anki in a text, one in another
others                  files of other programs, and what to send instead
portable, portable_json         which columns travel, and how JSON holds them
devices, backup         another device by a code; the whole service as a file
moving                  what a guest has moves into another one, in steps
"""
