"""SimplePractice: therapy software without a public API; its iCalendar feeds are read, and its booking page is sent."""
