"""Places in a worker's caseload: fifteen of them, and a key that can't hold a sixteenth family."""
