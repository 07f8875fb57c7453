"""Tests of studylens/web/live, and the small class they share."""
