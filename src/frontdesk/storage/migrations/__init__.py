"""Schema changes, forward only, oldest first."""
