"""The centre: who it is, and its settings by date, within the statute's bounds."""
