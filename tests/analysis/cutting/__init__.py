"""Tests of studylens/analysis/cutting, and the pictures they share."""
