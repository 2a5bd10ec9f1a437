"""Destruction lists: which files may go, who approved it, what came of each of them (K8)."""
