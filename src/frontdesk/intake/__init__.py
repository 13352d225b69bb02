"""Forms as they are filled in: what is asked, what is missing, what is known already. Pure."""
