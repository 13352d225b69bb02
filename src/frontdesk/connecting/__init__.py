"""Connections to the systems that calendars live in: opened, walked through, tied to what is ours."""
