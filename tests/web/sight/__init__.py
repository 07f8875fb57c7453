"""Tests of studylens/web/sight."""
