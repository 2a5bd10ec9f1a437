"""What the statute has the assistant do: the closed list that visits and plans choose from."""
