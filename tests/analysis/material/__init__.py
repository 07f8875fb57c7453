"""Tests of studylens/analysis/material: pages of our own with every card labelled, and rules one by one."""
