"""Tests of studylens/analysis/llm, and the answers that they share."""
