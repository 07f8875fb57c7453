"""Tests of studylens/study/achievements, and the small worlds they share."""
