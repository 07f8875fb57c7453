"""Tests of studylens/web/upload, and the small worlds they share."""
