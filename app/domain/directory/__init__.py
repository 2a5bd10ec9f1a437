"""Districts of the centre and the social workers who serve them."""
