"""Tests of studylens/machine, and the small worlds they share."""
