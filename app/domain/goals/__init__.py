"""What a work plan consists of: goals, actions, deadlines, expected effects."""
