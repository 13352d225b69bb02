"""What the frames of carriers' media streams have in common: one JSON object each, sound in base64. Pure."""

import base64
import binascii
import json

from frontdesk.ports.phoning import Sound, Unreadable

LONGEST = 64_000
"""Characters of a message; carriers' have a few hundred."""
KEYS = frozenset("0123456789*#ABCD")
"""What a phone can send as tones."""


def said_in(frame: str) -> object | Unreadable:
    """What a frame says, as JSON."""
    if len(frame) > LONGEST:
        return Unreadable(why="too long")
    try:
        said: object = json.loads(frame)
    except (ValueError, RecursionError):
        return Unreadable(why="no JSON")
    return said


def sound_of(payload: str) -> Sound | Unreadable:
    """The caller's sound."""
    try:
        return Sound(ulaw=base64.b64decode(payload, validate=True))
    except (binascii.Error, ValueError):
        return Unreadable(why="sound that is no base64")


def as_payload(ulaw: bytes) -> str:
    """The desk's sound, as a frame carries it."""
    return base64.b64encode(ulaw).decode()
