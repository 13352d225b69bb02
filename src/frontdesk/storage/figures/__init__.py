"""Queries behind `frontdesk outcomes`, a file for each question; each in one practice, over one stretch of time."""
