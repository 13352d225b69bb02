"""The secret addresses of the feeds: whose each is, and what answers at one that is none any more."""

from frontdesk.standards.simulating.http import Response
from frontdesk.standards.simulating.refusals import Refusal, guess
from frontdesk.systems.simplepractice.simulator_calls import Asked, Call, Door
from frontdesk.systems.simplepractice.simulator_feed import feed
from frontdesk.systems.simplepractice.simulator_practice import Practice, Revoked
from frontdesk.systems.simplepractice.simulator_rows import number, text

CALENDAR = "text/calendar; charset=utf-8"
"""Guess [feed-media-type]."""

SIGN_IN = "<!doctype html><html><title>Sign in</title><h1>Sign in to your account</h1></html>"


def read_feed(practice: Practice, asked: Asked) -> Response:
    """A clinician's feed. Seen [secret-is-the-key]: who has the address may read; no header is asked for.

    Guess [no-validators]: there is no ETag and no Last-Modified, and If-None-Match is answered in full.
    """
    for row in practice.clinicians:
        if asked.id and text(row, "secret") == asked.id:
            body = feed(practice, number(row, "id"), at=asked.at)
            return Response(status=200, headers={"content-type": CALENDAR}, body=body)
    raise revoked(practice)


def revoked(practice: Practice) -> Refusal:
    """What answers at a link that is none, or none any more. Guess [link-revoked]."""
    how = practice.world.revoked
    if how is Revoked.SIGN_IN_PAGE:
        return guess("link-revoked", how.value, SIGN_IN)
    return guess("link-revoked", how.value, "The page you were looking for doesn't exist.")


CALLS = (Call(door=Door.FEED, path="/ical/{secret}", answer=read_feed),)
"""What a calendar is read by."""
