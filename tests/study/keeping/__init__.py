"""Tests of what browsers keep of accounts."""
