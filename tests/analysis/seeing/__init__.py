"""Tests of telling photos apart: the network, the head, and what a set says of a stranger."""
