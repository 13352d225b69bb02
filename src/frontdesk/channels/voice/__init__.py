"""The phone: what carriers send of a call and take of one, as values."""
