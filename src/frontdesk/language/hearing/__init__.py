"""A message being heard, a file for each kind of meaning; `understanding.py` has the order they come in."""
