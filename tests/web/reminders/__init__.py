"""Tests of studylens/web/reminders."""
