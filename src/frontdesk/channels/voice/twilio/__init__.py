"""Twilio's Media Streams."""
