"""Who may speak for a child: who has parental authority over it."""
