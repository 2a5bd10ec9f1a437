"""Notices on data processing, and to whom each version was handed (art. 13 RODO)."""
