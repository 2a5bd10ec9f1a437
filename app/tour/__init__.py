"""The tour: a family's whole road over HTTP, each step with its article, and what is refused."""
