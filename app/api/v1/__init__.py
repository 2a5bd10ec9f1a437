"""Version 1 of the API: one module of endpoints per capability."""
