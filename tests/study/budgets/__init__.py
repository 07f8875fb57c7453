"""Tests of studylens/study/budgets."""
