"""Emergency access: a file that is not one's own, open for hours, with a reason, reviewed."""
