"""Exchange: what a student takes along and brings in, as Anki decks, tables, Markdown and whole accounts."""
