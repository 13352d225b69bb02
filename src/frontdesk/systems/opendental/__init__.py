"""Open Dental, a practice management system for dental offices, over its own REST API."""
