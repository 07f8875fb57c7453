"""Tests of studylens/analysis/ocr/order."""
