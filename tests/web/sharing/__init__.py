"""Tests of studylens/web/sharing."""
