"""Tests of studylens/study/reviews, and the small worlds they share."""
