"""Tests of the pages of a PDF."""
