"""Tests of studylens/study, folder by folder."""
