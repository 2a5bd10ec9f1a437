"""Machine clients: a municipal system or a script that reads in its own name, by its scopes."""
