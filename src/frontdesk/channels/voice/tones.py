"""Sounds of the telephone, as files that carriers play. Pure."""

import math
import wave
from array import array
from functools import cache
from io import BytesIO

from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND

_LOUD = 5000
_HIGH, _LOW = 480, 440
"""Hertz of the tone that says in North America that a phone rings (ITU-T E.180, Supplement 2)."""


def wav(samples: bytes) -> bytes:
    """16-bit samples, little-endian, 8,000 a second, as a WAV file."""
    file = BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(SAMPLES_A_SECOND)
        written.writeframes(samples)
    return file.getvalue()


@cache
def ringing() -> bytes:
    """One ring: two seconds of tone and four of silence, as a WAV file."""
    turn = 2 * math.pi / SAMPLES_A_SECOND
    tone = [
        round(_LOUD * (math.sin(_HIGH * turn * at) + math.sin(_LOW * turn * at)) / 2)
        for at in range(2 * SAMPLES_A_SECOND)
    ]
    return wav(array("h", tone).tobytes() + bytes(2 * 4 * SAMPLES_A_SECOND))
