"""Requests of the persons whose data are kept (art. 12 and 15 of the GDPR), each with its month."""
