"""Tests of studylens/analysis/blip, and the small worlds they share."""
