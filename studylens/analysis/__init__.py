"""The analysis process: everything heavy, one photo at a time, never Flask nor the database.

__main__, journal       the process: requests on stdin, events and memory on stdout
pipeline, opening, describing, answer    the stages in order: open, read, describe, put the answer together
completing              what a model's pack lacks and this server can add
follow_up               a question on a pack, answered by Gemini
protocol, budget        the language of the process; the room each stage has
picture, document, ocr, scripts, gemini, blip, material    one folder a stage
"""
