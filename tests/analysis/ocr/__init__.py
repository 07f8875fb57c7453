"""Tests of studylens/analysis/ocr, and the small worlds they share."""
