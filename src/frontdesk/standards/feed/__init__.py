"""A published iCalendar feed (RFC 5545) as typed values: what takes time, when in UTC, and what could not be read."""
