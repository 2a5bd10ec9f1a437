"""The work plan: immutable versions, agreed before they take effect, carried out step by step."""
