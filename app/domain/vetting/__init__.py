"""Checks on people before they work with children: declarations, records, registers."""
