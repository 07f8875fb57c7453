"""Tests of studylens/web/text, and the small worlds they share."""
