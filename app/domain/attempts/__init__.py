"""Attempts to prove who one is: each wrong one makes the next wait longer, and none for good."""
