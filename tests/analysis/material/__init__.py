"""Tests of studylens/analysis/material, and the small worlds they share."""
