"""Tests of studylens/study/exchange, and the small worlds they share."""
