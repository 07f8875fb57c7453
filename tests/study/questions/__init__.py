"""Tests of studylens/study/questions, and the small worlds they share."""
