"""Tests of studylens/study/record, and the small worlds they share."""
