"""Studylens: a photo of study material becomes a study pack, inside 512 MB of memory.

The wings, in the order in which a photo walks through them; each imports only what stands above it:

    language          what is said to people, in the language of whoever reads
    config, doors, errors    every variable and limit; every error by the student's situation
    remote            a service's API, asked from outside
    assistants        what an assistant may do with it, in a process of its own
    models            the tables
    sight             what an operator sees: log lines, counts, numbers
    machine           the memory of the container, and who uses it
    uploads           bytes become an accepted upload, or a refusal with a reason
    database          the tables always fit the models
    analysis          a process of its own: picture, text, caption, material; it ends to give memory back
    study             what is kept and learnt: packs, schedule, reviews, quizzes, progress
    anki_door         a door like AnkiConnect's, in a process of its own
    jobs              leased rows between the two, so that a kill loses nothing
    storage           uploads that wait in a bucket, where there is one
    serving           gunicorn's worker: nobody holds a thread who has not asked yet
    web               pages, JSON and commands; the only wing that knows Flask

`blip_export`, `ocr_export` and `seeing_export` are for build time: networks become int8 files.
tests/test_architecture.py keeps the order.
"""
