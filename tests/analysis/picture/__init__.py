"""Tests of studylens/analysis/picture, and the small worlds they share."""
