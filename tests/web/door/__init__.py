"""Tests of studylens/web/door, and the small worlds they share."""
