"""Tests of studylens/web/labels."""
