"""Tests of studylens/database, and the small worlds they share."""
