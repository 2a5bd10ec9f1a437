"""What somebody signed in changes of their own: the password, the second factor."""
