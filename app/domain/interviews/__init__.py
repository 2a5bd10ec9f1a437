"""The environmental interview: how it is made, the diagnosis that it leads to, its updates."""
