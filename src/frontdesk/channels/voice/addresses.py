"""The addresses at which carriers hand in what is about calls. Pure."""

from urllib.parse import quote, urlsplit


def call_webhook_at(public_url: str, carrier: str, number: str) -> str:
    """The address that a carrier hands the calls for a number to; it is part of what some of them sign."""
    return f"{public_url}/voice/{carrier}/{quote(number)}"


def stream_at(public_url: str, carrier: str, number: str) -> str:
    """The address of a number's streams, ws:// or wss:// as the pages are http:// or https://."""
    parts = urlsplit(f"{call_webhook_at(public_url, carrier, number)}/stream")
    return parts._replace(scheme="wss" if parts.scheme == "https" else "ws").geturl()
