"""The messages of a media stream, as published."""

import json

import pytest

from frontdesk.channels.voice.frames import LONGEST
from frontdesk.channels.voice.telnyx.media import (
    as_state,
    clear_frame,
    mark_frame,
    of_state,
    read_message,
    sound_frame,
)
from frontdesk.ports.phoning import Connected, Digit, Played, Sound, Started, Stopped, Unreadable

STREAM = "32DE0DEA-53CB-4B21-89A4-9E1819C043BC"
CALL = "v3:MdI91X4lWFEs7IgbBEOT9M4AigoY08M0WWZFISt1Yw2axZ_IiE4pqg"


def a_start(**given: object) -> str:
    start = {
        "user_id": "3E6F995F-85F7-4705-9741-53B116D28237",
        "call_control_id": CALL,
        "client_state": as_state({"ticket": "t"}),
        "media_format": {"encoding": "PCMU", "sample_rate": 8000, "channels": 1},
        **given,
    }
    return json.dumps({"event": "start", "sequence_number": "1", "start": start, "stream_id": STREAM})


@pytest.mark.parametrize("encoding", ["PCMU", "audio/x-mulaw"])
def test_a_start_names_the_call_and_brings_back_what_our_command_gave(encoding: str) -> None:
    started = read_message(a_start(media_format={"encoding": encoding, "sample_rate": 8000, "channels": 1}))

    assert started == Started(
        stream=STREAM, call=CALL, account="3E6F995F-85F7-4705-9741-53B116D28237", given={"ticket": "t"}
    )


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ({"event": "connected", "version": "1.0.0"}, Connected()),
        ({"event": "media", "media": {"track": "inbound", "payload": "//8A"}}, Sound(ulaw=b"\xff\xff\0")),
        ({"event": "dtmf", "dtmf": {"digit": "7"}}, Digit(key="7")),
        ({"event": "mark", "mark": {"name": "12"}}, Played(mark="12")),
        ({"event": "stop", "stop": {"call_control_id": CALL}}, Stopped()),
        ({"event": "media", "media": {"track": "outbound", "payload": "//8A"}}, Unreadable(why="not the caller")),
        ({"event": "media", "media": {"payload": "!"}}, Unreadable(why="sound that is no base64")),
        ({"event": "error", "payload": {"code": 100002}}, Unreadable(why="no event that is known")),
    ],
)
def test_each_message_is_read(message: dict[str, object], read: object) -> None:
    assert read_message(json.dumps(message)) == read


@pytest.mark.parametrize(
    "frame", ["", "[", "[]", "{}", "x" * (LONGEST + 1), a_start(media_format={"encoding": "OPUS"})]
)
def test_what_is_none_is_told_apart(frame: str) -> None:
    assert isinstance(read_message(frame), Unreadable)


@pytest.mark.parametrize("state", [None, 7, "", "!", "W10=", "e30="])
def test_a_state_that_is_not_ours_says_nothing(state: object) -> None:
    assert of_state(state) == {}


def test_what_is_sent_bears_no_name_of_the_stream() -> None:
    frames = [json.loads(one) for one in (sound_frame(STREAM, b"\xff\0"), mark_frame(STREAM, "3"), clear_frame(STREAM))]

    assert frames == [
        {"event": "media", "media": {"payload": "/wA="}},
        {"event": "mark", "mark": {"name": "3"}},
        {"event": "clear"},
    ]
