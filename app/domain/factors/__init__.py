"""The second factor: a code of the hour on top of the password, and codes for a lost phone."""
