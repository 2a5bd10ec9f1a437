"""The case as a whole: its state, what can be done, its deadlines and its timeline."""
