"""The messages of a Media Stream, as published."""

import json

import pytest

from frontdesk.channels.voice.frames import LONGEST
from frontdesk.channels.voice.twilio.media import clear_frame, mark_frame, read_message, sound_frame
from frontdesk.ports.phoning import Connected, Digit, Played, Sound, Started, Stopped, Unreadable

START = {
    "event": "start",
    "sequenceNumber": "1",
    "start": {
        "accountSid": "AC0123456789abcdef0123456789abcdef",
        "streamSid": "MZ0123456789abcdef0123456789abcdef",
        "callSid": "CA0123456789abcdef0123456789abcdef",
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"ticket": "abc", "number": 5},
    },
    "streamSid": "MZ0123456789abcdef0123456789abcdef",
}


def test_a_call_is_told_with_what_we_gave_it_along() -> None:
    assert read_message(json.dumps(START)) == Started(
        stream="MZ0123456789abcdef0123456789abcdef",
        call="CA0123456789abcdef0123456789abcdef",
        account="AC0123456789abcdef0123456789abcdef",
        given={"ticket": "abc"},
    )


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ({"event": "connected", "protocol": "Call", "version": "1.0.0"}, Connected()),
        (
            {"event": "media", "sequenceNumber": "3", "media": {"track": "inbound", "chunk": "1", "payload": "//79"}},
            Sound(ulaw=b"\xff\xfe\xfd"),
        ),
        ({"event": "dtmf", "streamSid": "MZ1", "dtmf": {"track": "inbound_track", "digit": "1"}}, Digit(key="1")),
        ({"event": "mark", "streamSid": "MZ1", "mark": {"name": "turn 4"}}, Played(mark="turn 4")),
        ({"event": "stop", "streamSid": "MZ1", "stop": {"callSid": "CA1"}}, Stopped()),
    ],
)
def test_each_message_is_read(told: object, value: object) -> None:
    assert read_message(json.dumps(told)) == value


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "[]",
        "{",
        '{"event": "media", "media": {"payload": "?"}}',
        '{"event": "dtmf", "dtmf": {"digit": "12"}}',
        '{"event": "start", "start": {"streamSid": "MZ1"}}',
        json.dumps({**START, "start": {**START["start"], "mediaFormat": {"encoding": "audio/x-l16"}}}),  # type: ignore[dict-item]
        '"' + "x" * LONGEST + '"',
        "[" * 30_000,
    ],
)
def test_what_was_not_published_is_no_message_and_no_fault(frame: str) -> None:
    assert isinstance(read_message(frame), Unreadable)


def test_what_we_send_names_the_stream() -> None:
    assert json.loads(sound_frame("MZ1", b"\xff\xfe\xfd")) == {
        "event": "media",
        "streamSid": "MZ1",
        "media": {"payload": "//79"},
    }
    assert json.loads(mark_frame("MZ1", "a")) == {"event": "mark", "streamSid": "MZ1", "mark": {"name": "a"}}
    assert json.loads(clear_frame("MZ1")) == {"event": "clear", "streamSid": "MZ1"}
