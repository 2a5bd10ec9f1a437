"""The application (wniosek): the social worker asks the manager for an assistant."""
