"""What waits for somebody to do it, beside the deadlines: next steps, things to answer."""
