"""The shapes of version 1, one module per capability."""
