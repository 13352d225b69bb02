"""Telnyx's Voice API and its media streaming."""
