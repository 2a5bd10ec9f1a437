"""Children in foster care: foster families, their coordinators, and each child's placement."""
