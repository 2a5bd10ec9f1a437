"""The people of the centre: profiles, qualifications, checks, data authorisations."""
