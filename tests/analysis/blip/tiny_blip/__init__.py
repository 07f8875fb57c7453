"""A tiny BLIP with meaning for tests: synthetic study figures, a training script and what it trained."""
