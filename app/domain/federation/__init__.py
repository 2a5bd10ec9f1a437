"""Signing in by an office's identity provider (OpenID Connect), and whose identity is whose."""
