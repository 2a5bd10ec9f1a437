"""Asysta: case management of family assistantship in Polish social-welfare centres."""
