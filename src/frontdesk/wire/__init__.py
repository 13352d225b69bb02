"""The one HTTP client: whatever is asked of somebody else's system over HTTP goes through here."""
