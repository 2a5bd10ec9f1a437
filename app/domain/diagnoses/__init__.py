"""The assistant's diagnosis of the family, sphere by sphere, with each child heard."""
