"""Twilio: https://www.twilio.com/docs/messaging."""
