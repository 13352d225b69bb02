"""Skeleton, as a System: its calendar decides, ours follows."""
