"""Tests of studylens/judging: flaws by name, good items that must pass, and the checks one by one."""
