"""What waits for each person: due, overdue, waiting for me, new; in one statement."""
