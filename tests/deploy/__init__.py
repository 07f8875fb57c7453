"""Tests of what is deployed: numbers that are pinned, and the image."""
