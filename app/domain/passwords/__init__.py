"""Passwords: what makes one good enough, how they are kept."""
