"""The analysis process: everything heavy, one photo at a time, never Flask nor the database.

__main__, journal       the process: requests on stdin, events and memory on stdout
pipeline, opening, second_look, describing, answer    the stages: open, read, describe, put together
completing              what a model's pack lacks and this server can add
on_device               a page that the student's own device has read
own_model, remembered   the operator's own model in the pipeline; a photo that a model has read before
follow_up, cut_out      a question on a pack, answered by a model; a picture of which a part is wanted
sheet_batch             pages made of a pack, one after another
walls       what the process may still reach: no file of ours, nothing to write, no socket it does not need
protocol, budget        the language of the process; the room each stage has
shrinking               strangers' pictures made small: another process, with the same walls
teaching, seeing        what a guest teaches: photos told apart by what they look like
picture, sheets, document, ocr, cutting, scripts, gemini, local, blip, material    one folder a stage
llm                     what is asked of any language model, and believed of its answer
"""
