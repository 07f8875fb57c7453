"""Tests of studylens/study/reminders."""
