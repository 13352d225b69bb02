"""A carrier's messages as frames of the pipeline, and back."""

import json

from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.frames.frames import (
    EndFrame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InputTransportMessageFrame,
    InterruptionFrame,
    OutputTransportMessageFrame,
    TTSAudioRawFrame,
)

from frontdesk.channels.voice.twilio import media
from frontdesk.voice.line import OVER, Line


async def test_sound_goes_both_ways_in_the_telephone_s_own_form() -> None:
    line = Line(media, "MZ1")
    heard = await line.deserialize(json.dumps({"event": "media", "media": {"payload": "//8A"}}))

    assert isinstance(heard, InputAudioRawFrame)
    assert (heard.audio, heard.sample_rate) == (b"\0\0\0\0\x84\x82", 8000)
    said = await line.serialize(TTSAudioRawFrame(audio=heard.audio, sample_rate=8000, num_channels=1))
    assert json.loads(str(said)) == {"event": "media", "streamSid": "MZ1", "media": {"payload": "//8A"}}


async def test_keys_marks_and_the_end_are_told() -> None:
    line = Line(media, "MZ1")
    told = [
        await line.deserialize(json.dumps(message))
        for message in (
            {"event": "dtmf", "dtmf": {"digit": "7"}},
            {"event": "mark", "mark": {"name": "12"}},
            {"event": "stop"},
        )
    ]

    assert isinstance(told[0], InputDTMFFrame)
    assert told[0].button is KeypadEntry.SEVEN
    assert [one.message for one in told[1:] if isinstance(one, InputTransportMessageFrame)] == ["12", OVER]


async def test_an_interruption_clears_what_the_caller_was_to_hear() -> None:
    line = Line(media, "MZ1")

    assert json.loads(str(await line.serialize(InterruptionFrame())))["event"] == "clear"
    assert json.loads(str(await line.serialize(OutputTransportMessageFrame(message="3"))))["mark"] == {"name": "3"}
    assert await line.serialize(EndFrame()) is None


async def test_what_is_not_understood_is_passed_over() -> None:
    line = Line(media, "MZ1")

    for strange in ("", b"\x00", "[]", '{"event": "dtmf", "dtmf": {"digit": "A"}}', '{"event": "connected"}'):
        assert await line.deserialize(strange) is None
