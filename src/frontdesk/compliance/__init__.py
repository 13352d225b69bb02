"""Dated rules on what may be said to whom and when. Pure."""
