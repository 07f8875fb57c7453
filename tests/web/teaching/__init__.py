"""Tests of teaching through the door: sets, photos, training, asking, tokens, the guest of this machine."""
