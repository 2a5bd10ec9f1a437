"""Motions of the assistant, suspensions, the end of the cooperation and the archive."""
