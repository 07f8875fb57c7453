"""Tests of studylens/web/exchange, and the small worlds they share."""
