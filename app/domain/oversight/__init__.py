"""Who looked at what, who changed it and why, and what of it is out of the ordinary."""
