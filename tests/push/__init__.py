"""Tests of studylens/push, and a push service of their own."""
