"""A tiny BLIP with meaning for tests: synthetic study figures, a training script and what it trained."""

from pathlib import Path

FOLDER = Path(__file__).with_name("model")
PROMPT = "a picture of"  # What conditional captioning was trained to continue.
