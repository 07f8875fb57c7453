"""The page as Gemini understands it: one structured call a photo.

ask               the two things we ask: a study pack, a follow-up question
connect           the SDK that is chosen; genai, generativeai: one adapter each
outgoing          what is sent beside what either SDK hands on
envelope          what of a response is read, before either SDK sees it
statuses, quotas  what the statuses and reasons of its wire format mean
"""
