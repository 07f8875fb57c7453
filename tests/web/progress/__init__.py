"""Tests of studylens/web/progress, and the small worlds they share."""
