"""Webhooks: a machine client is told that something has happened, and where to read it."""
