"""Every due date of a case, with its rule, start and pauses; never moved silently."""
