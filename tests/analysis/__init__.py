"""Tests of studylens/analysis, folder by folder."""
