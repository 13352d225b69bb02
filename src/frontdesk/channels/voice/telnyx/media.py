"""The messages of a media stream, both ways. Pure.

Source: https://developers.telnyx.com/docs/voice/programmable-voice/media-streaming and
.../api-reference/websockets/stream-call-media-over-websocket. Each is one JSON object in a text frame; sound is what we
asked for, mu-law at 8,000 samples a second, in base64. What our command gave along comes in `client_state`. Order is
not promised; pieces are taken as they come.
"""

import base64
import binascii
import json
from collections.abc import Mapping

from frontdesk.channels.voice.frames import KEYS, as_payload, said_in, sound_of
from frontdesk.ports.phoning import (
    Connected,
    Digit,
    FromCarrier,
    Played,
    Started,
    Stopped,
    Unreadable,
)

_ENCODINGS = frozenset({"PCMU", "audio/x-mulaw"})
"""Both stand in what is published."""


def read_message(frame: str) -> FromCarrier:
    """What a frame from Telnyx says."""
    match said_in(frame):
        case Unreadable() as unreadable:
            return unreadable
        case {"event": "media", "media": {"payload": str(payload)} as media}:
            return sound_of(payload) if media.get("track", "inbound") == "inbound" else Unreadable(why="not the caller")
        case {"event": "connected"}:
            return Connected()
        case {"event": "start", "stream_id": str(stream), "start": {"call_control_id": str(call)} as start}:
            return _started(stream, call, start)
        case {"event": "dtmf", "dtmf": {"digit": str(key)}} if key in KEYS:
            return Digit(key=key)
        case {"event": "mark", "mark": {"name": str(mark)}}:
            return Played(mark=mark)
        case {"event": "stop"}:
            return Stopped()
        case _:
            return Unreadable(why="no event that is known")


def sound_frame(stream: str, ulaw: bytes) -> str:
    """Have the caller hear this, after all that was sent before."""
    return json.dumps({"event": "media", "media": {"payload": as_payload(ulaw)}})


def mark_frame(stream: str, mark: str) -> str:
    """Have it told when all that was sent before has been heard."""
    return json.dumps({"event": "mark", "mark": {"name": mark}})


def clear_frame(stream: str) -> str:
    """Have nothing more heard of what was sent before."""
    return json.dumps({"event": "clear"})


def as_state(told: Mapping[str, str]) -> str:
    """A `client_state`: Telnyx gives it back with whatever it tells of that end of a call."""
    return base64.b64encode(json.dumps(dict(told)).encode()).decode()


def of_state(state: object) -> dict[str, str]:
    """The same, read; {} where it is none of ours."""
    try:
        told = json.loads(base64.b64decode(state, validate=True)) if isinstance(state, str) else {}
    except (ValueError, binascii.Error, RecursionError):
        return {}
    return {name: value for name, value in told.items() if isinstance(value, str)} if isinstance(told, dict) else {}


def _started(stream: str, call: str, start: Mapping[str, object]) -> Started | Unreadable:
    form = start.get("media_format")
    if not isinstance(form, dict) or form.get("encoding") not in _ENCODINGS or form.get("sample_rate") != 8000:
        return Unreadable(why="another format than mu-law at 8000")
    user = start.get("user_id", "")
    if not stream or not call:
        return Unreadable(why="a start that is not as published")
    return Started(
        stream=stream,
        call=call,
        account=user if isinstance(user, str) else "",
        given=of_state(start.get("client_state")),
    )
