"""The pages of a practice's people, behind sign-in."""
