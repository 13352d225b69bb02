"""Mindbody: wellness and medspa software, reached by its Public API v6 and its Webhooks API."""
