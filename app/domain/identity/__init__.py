"""Accounts and their sessions: who signs in, and until when."""
