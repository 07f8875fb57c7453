"""Tests of study/material."""
