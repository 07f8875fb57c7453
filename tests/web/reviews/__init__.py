"""Tests of studylens/web/reviews, and the small worlds they share."""
