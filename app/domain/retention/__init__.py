"""How long a family's file is kept, what holds it, and how it ends: holds and erasure."""
