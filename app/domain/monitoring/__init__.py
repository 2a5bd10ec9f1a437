"""Monitoring of a family after the work with it has ended."""
