"""Families, their members and children; looked for before they are recorded."""
