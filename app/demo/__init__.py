"""Demonstration data: four centres as their published practice describes them, nobody real."""
