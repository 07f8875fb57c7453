"""What the shell can do: `flask --app app ...`.

analyze, cutout, blip   photos, and workers; what is cut out of photos; the captioning model
sheets              pages of a pack, as a ZIP
database, backup    tables; everything to a file and back
teach, token, admin     sets of photos; tokens of programs; keys of the operator's page
remote              commands that ask a service as its clients
push                a key with which browsers are reminded
later               brings them when one is asked for
doctor, mistakes    what is there, what is missing, and what is set up wrongly
operations          /health and /memory
report, spending_report, prices, standings   what models cost and how they stand; what students do with items
"""
