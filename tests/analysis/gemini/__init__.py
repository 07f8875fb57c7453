"""Tests of studylens/analysis/gemini, and the small worlds they share."""
