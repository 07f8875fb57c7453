"""Tests of studylens/analysis/sheets, and the small worlds they share."""
