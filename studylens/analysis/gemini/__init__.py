"""The page as Gemini understands it: one structured call a photo.

ask, question       the two things we ask: a study pack, a follow-up question
round, deadline     which model next, and how long there is
connect, client     the SDK that is chosen; genai, generativeai: one adapter each
prompt, answer      what is sent, and what is believed of what comes back
slips, text         mends of broken JSON and of formulas
"""
