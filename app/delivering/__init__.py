"""Telling machines: the command `deliver` sends what webhooks are to be told, and goes on."""
