"""Pages for patients and staff, and the providers' webhooks: a file per page."""
