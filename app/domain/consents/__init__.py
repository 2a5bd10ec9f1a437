"""The family's consent: given, refused, withdrawn, renewed; the basis of every later act (A1)."""
