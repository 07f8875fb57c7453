"""Tests of studylens/web, and the small worlds they share."""
