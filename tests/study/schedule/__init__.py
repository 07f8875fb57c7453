"""Tests of studylens/study/schedule, and the small worlds they share."""
