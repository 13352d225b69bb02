"""The messages of a Media Stream, both ways. Pure.

Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages. Each is one JSON object in a text frame;
sound is mu-law at 8,000 samples a second, in base64, from Twilio in pieces of 20 ms.
"""

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

_FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}


def read_message(frame: str) -> FromCarrier:
    """What a frame from Twilio says."""
    match said_in(frame):
        case Unreadable() as unreadable:
            return unreadable
        case {"event": "media", "media": {"payload": str(payload)}}:
            return sound_of(payload)
        case {"event": "connected"}:
            return Connected()
        case {"event": "start", "start": {"streamSid": str(stream), "callSid": str(call)} as start}:
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
    return json.dumps({"event": "media", "streamSid": stream, "media": {"payload": as_payload(ulaw)}})


def mark_frame(stream: str, mark: str) -> str:
    """Have it told when all that was sent before has been heard."""
    return json.dumps({"event": "mark", "streamSid": stream, "mark": {"name": mark}})


def clear_frame(stream: str) -> str:
    """Have nothing more heard of what was sent before."""
    return json.dumps({"event": "clear", "streamSid": stream})


def _started(stream: str, call: str, start: Mapping[str, object]) -> Started | Unreadable:
    if start.get("mediaFormat", _FORMAT) != _FORMAT:
        return Unreadable(why="another format than mu-law at 8000")
    account, given = start.get("accountSid", ""), start.get("customParameters", {})
    if not isinstance(account, str) or not isinstance(given, dict) or not stream or not call:
        return Unreadable(why="a start that is not as published")
    return Started(
        stream=stream,
        call=call,
        account=account,
        given={str(name): value for name, value in given.items() if isinstance(value, str)},
    )
