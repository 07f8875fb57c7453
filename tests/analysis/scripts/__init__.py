"""Tests of studylens/analysis/scripts."""
