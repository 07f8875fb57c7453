"""Tests of studylens/analysis/local, and the chat server that they talk to."""
