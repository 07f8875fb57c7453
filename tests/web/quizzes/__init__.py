"""Tests of studylens/web/quizzes, and the small worlds they share."""
