"""Tests of studylens/sight."""
