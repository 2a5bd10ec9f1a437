"""Who assists a family when: assignment, transfer, substitution, and the rights that follow."""
