"""Tests of studylens/study/labels."""
