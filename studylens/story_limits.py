"""What a picture story may cost and hold: panels that an image model draws, one after another."""

MAX_PANELS = 8
"""Panels of a story: one page of a comic."""
PAUSE_SECONDS = 5
"""Between two panels; it is a time before which the next job does not begin, so it holds nobody up."""
PANEL_PX = 1_024
"""Longest side of a panel as it is kept: what the models draw at their usual size."""
FIRST_PX = 512
"""Longest side of the first panel that is sent along, so that characters stay."""
MOST_PICTURE_PX = 2_300 * 2_300
"""Pixels of a picture that is taken in: "2K" of the models. As RGBA it takes 21 MB."""
PICTURE_BODY_BYTES = 9_000_000
"""Of a response with a picture: a PNG of 1K has 1-2 MB, one of 2K 5-6.7 MB, and base64 adds a third. Either
SDK holds it up to six times over: 12 MB took 120 MB of memory, 9 MB stay below 110."""
CALL_SECONDS = 90
"""For one picture: models take 10-30 s, longer at busy hours."""
NEED_STORY_MB = 70
"""Free memory below which no panel is begun: an SDK takes 50-60 MB, the picture the rest."""
ROOM_STORY_MB = 250
"""What a panel may map more than before, see budget/stages.py; that of Gemini's stage and the picture's."""
CAPTION_CHARS = 300
"""Below a panel: three lines of a phone."""
SCENE_CHARS = 600
"""What a panel shows, in words for the model."""
LOOK_CHARS = 300
"""Who and what returns in every panel, in words for the model."""
MAX_TRIES = 3
"""Calls for one panel that were refused before anything was drawn, such as by a 429."""
MOST_WAIT_SECONDS = 600
"""A model that asks for a longer pause ends the story for now; the student goes on later."""
