"""Tests of studylens/study/quizzes, and the small worlds they share."""
