"""All that a centre keeps about one person, for that person (art. 15 of the GDPR)."""
