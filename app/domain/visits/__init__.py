"""Visits: the joint first one, those of every day, failed ones, and how often contact is held."""
