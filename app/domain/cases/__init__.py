"""The case: one episode of work with a family, and the one machine that moves it (§2.1)."""
