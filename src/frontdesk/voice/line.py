"""A carrier's messages as frames of the pipeline, and its frames as messages."""

from pipecat.audio.dtmf.types import KeypadEntry
from pipecat.frames.frames import (
    AudioRawFrame,
    Frame,
    InputAudioRawFrame,
    InputDTMFFrame,
    InputTransportMessageFrame,
    InterruptionFrame,
    OutputTransportMessageFrame,
)
from pipecat.serializers.base_serializer import FrameSerializer

from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND, decoded, encoded
from frontdesk.ports.phoning import Digit, Played, Sound, Stopped, StreamWords

OVER = "over"
"""The message within the pipeline that the carrier has ended the call."""
_KEYS = {entry.value: entry for entry in KeypadEntry}


class Line(FrameSerializer):
    """One stream. Marks are strings, both ways; what the carrier says that is not understood is passed over."""

    def __init__(self, words: StreamWords, stream: str) -> None:
        super().__init__()
        self._words = words
        self._stream = stream

    async def serialize(self, frame: Frame) -> str | bytes | None:
        """What the carrier is sent for a frame; None: nothing."""
        match frame:
            case InterruptionFrame():
                return self._words.clear_frame(self._stream)
            case AudioRawFrame():
                return self._words.sound_frame(self._stream, encoded(frame.audio))
            case OutputTransportMessageFrame():
                return self._words.mark_frame(self._stream, str(frame.message))
            case _:
                return None

    async def deserialize(self, data: str | bytes) -> Frame | None:
        """The frame for what the carrier sent; None: there is none for it."""
        match self._words.read_message(data if isinstance(data, str) else ""):
            case Sound(ulaw=ulaw) if ulaw:
                return InputAudioRawFrame(audio=decoded(ulaw), sample_rate=SAMPLES_A_SECOND, num_channels=1)
            case Digit(key=key) if key in _KEYS:
                return InputDTMFFrame(button=_KEYS[key])
            case Played(mark=mark):
                return InputTransportMessageFrame(message=mark)
            case Stopped():
                return InputTransportMessageFrame(message=OVER)
            case _:
                return None
