"""Tests of studylens/jobs, and the small worlds they share."""
