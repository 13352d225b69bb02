"""Allscripts (Veradigm Practice Management)."""
