"""Telnyx: https://developers.telnyx.com/docs/messaging."""
