"""Assessments of a family: drafted, signed, handed over, received."""
