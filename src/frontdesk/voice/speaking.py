"""What is said to a caller: Piper, on this machine, a sentence at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import soxr
from piper import PiperVoice

from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND

_MOST_KEPT = 400
"""Sentences; a second of sound is 16 kB on the telephone, so these are some 20 MB."""


class Mouth:
    """One voice for all calls; who comes later waits. What was said lately is not made again."""

    def __init__(self, voice: Path) -> None:
        self._voice = PiperVoice.load(str(voice))
        self._alone = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mouth")
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._making: dict[tuple[str, int], asyncio.Future[bytes]] = {}

    async def say(self, sentence: str, *, rate: int = SAMPLES_A_SECOND) -> bytes:
        """A sentence in 16-bit samples, `rate` a second."""
        wanted = (sentence, rate)
        if (known := self._kept.get(wanted)) is not None:
            self._kept.move_to_end(wanted)
            return known
        made = self._making.get(wanted)
        if made is None:
            made = self._making[wanted] = asyncio.ensure_future(self._make(sentence, rate))
        return await asyncio.shield(made)

    async def _make(self, sentence: str, rate: int) -> bytes:
        try:
            made = await asyncio.get_running_loop().run_in_executor(self._alone, self.said, sentence, rate)
        finally:
            del self._making[sentence, rate]
        self._kept[sentence, rate] = made
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return made

    async def prepare(self, sentences: Iterable[str], *, rate: int = SAMPLES_A_SECOND) -> None:
        """Have sentences ready that are likely to be said; others go before each of them."""
        for sentence in sentences:
            await self.say(sentence, rate=rate)

    def warm_up(self) -> None:
        """Say something once, so that the first caller waits no longer than the second."""
        self.said("Hello.")

    def said(self, sentence: str, rate: int = SAMPLES_A_SECOND) -> bytes:
        """The same as `say`, on this thread."""
        wide = b"".join(chunk.audio_int16_bytes for chunk in self._voice.synthesize(sentence))
        own = self._voice.config.sample_rate
        wanted = soxr.resample(np.frombuffer(wide, dtype=np.int16).astype(np.float32), own, rate)
        made: bytes = np.clip(wanted, -32768, 32767).astype("<i2").tobytes()
        return made
