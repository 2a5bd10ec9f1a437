"""The contract: FastAPI's document, completed step by step (OpenAPI 3.1)."""
