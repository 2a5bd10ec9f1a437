"""Who sees which family, on which dates and why: the ledger behind row security."""
