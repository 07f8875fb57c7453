"""Tests of studylens/uploads, and the small worlds they share."""
