"""E-mail, out through any SMTP server."""
