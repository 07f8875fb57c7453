"""Studylens: a photo of study material becomes a study pack, inside 512 MB of memory.

The five-minute tour walks the rooms in the order in which a photo does:

1. `uploads` looks at the bytes (size, magic bytes, pixel count from the header) and accepts or refuses.
2. `analysis/` is a process of its own: decode, Gemini or OCR, BLIP, study material. It knows neither
   Flask nor the database, and gives all its memory back by ending.
3. `study/` keeps what came out of it: packs, cards, quizzes.
4. `jobs/` carries a photo from the one to the other in leased rows, so that a kill loses nothing.
5. `web/` shows all of it; one blueprint for each family of pages.

A room imports only rooms before it, plus `config`, `errors`, `models`, `memory` and `analysis.result`;
tests/test_architecture.py keeps it so.
"""
