"""Whole practices over months: invented patients with habits from published figures, the real desk, a virtual clock."""
