"""Jobs: the rows that carry a photo through the analysis, and who runs them.

queue, leases           rows: submit, claim, renew, end, recover
turns                   whose job is next: one of each student in a round
packing                 the pack: stored early, added to, kept when the rest fails
documents, upkeep       PDFs that wait for a choice; lost uploads, complete lectures, files that go
ended                   jobs that ended long ago go, and leave their sums
engine, embedded, distributed   who carries jobs: a thread of this service, or workers on many machines
attempt, process, asking    one attempt at a time feeds the analysis process
patience                a finished answer waits for a database that is away
sheets, stories         pages of a pack and panels of its story: what the analysis gets, what it hands back
folders                 what belongs into the instance folder, and what a kill leaves there
imports                 files that come in: decks, tables, accounts
folder, lock            uploads on disk; the machine's one lock
housekeeper, waiting    sweep and memory alarm; JSON clients that wait
reminders               browsers are told that cards are due
fits                    schedules are fitted to students
gemini_state, spending, readings    which models rest; tokens by day; memory by stage
"""
