"""What somebody has learnt: the three paths, the training, keeping it up."""
