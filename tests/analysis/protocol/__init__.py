"""Tests of studylens/analysis/protocol."""
