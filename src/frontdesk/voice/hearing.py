"""What a caller said: Whisper, on this machine, on one turn's sound at a time."""

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
import soxr
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND

ENGLISH = "en"
_RATE = 16_000
_FRAMES_A_SECOND = 100
_LONGEST = 3000
"""Frames that the model was made for: 30 seconds."""
_AFTER, _SHORTEST = 300, 1000
"""Frames of silence after what was said, and of the shortest window. Measured with tiny.en on 18 answers, clean and at
10 dB: as many words are right as with the full 30 seconds, in a third of the time; with less, it repeats itself."""
_THREADS = 2
_NOT_SPEECH = 0.6
_UNSURE = -1.0
"""What Whisper's own authors take for no speech: that likely none, and words no likelier than that (log, a token).

Source: openai/whisper, transcribe.py, no_speech_threshold and logprob_threshold.
"""
_AGAIN = re.compile(r"(\w.*?)[\s.,?!]+(?:\1[\s.,?!]*)+", re.IGNORECASE)
_MOST_TOKENS, _TOKENS_A_SECOND = 60, 6
"""Spelled letters are four words each; who speaks quickly says three a second."""
_MOST_PROMPT = 190
"""Tokens: of a longer hint the end is shown, which counts most. The model takes 223.

Source: openai/whisper, decoding.py.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """The likeliest words, and what else it may have been, best first. "": nothing was said."""

    text: str
    others: tuple[str, ...] = ()


class Ear:
    """One model for all calls; who comes later waits."""

    def __init__(self, folder: Path, *, language: str) -> None:
        """`language` is what callers speak; a model of English alone hears everything as English."""
        self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=_THREADS)
        self._tokens = Tokenizer(
            self._model.hf_tokenizer,
            self._model.model.is_multilingual,
            task="transcribe",
            language=language if self._model.model.is_multilingual else ENGLISH,
        )
        self.hears_all = self._model.model.is_multilingual
        self._alone = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ear")

    async def hear(self, samples: bytes, *, hints: Sequence[str], rate: int = SAMPLES_A_SECOND) -> Heard:
        """What is said in 16-bit samples, `rate` a second.

        Each of `hints` is what may be said, written as it is to be written down; with several it is heard so often.
        """
        return await asyncio.get_running_loop().run_in_executor(self._alone, self.heard, samples, hints, rate)

    def warm_up(self) -> None:
        """Hear nothing once, so that the first caller waits no longer than the second."""
        self.heard(bytes(2 * SAMPLES_A_SECOND), ())

    def heard(self, samples: bytes, hints: Sequence[str], rate: int = SAMPLES_A_SECOND) -> Heard:
        """The same, on this thread.

        The model gets as many frames as there are, not always its 30 seconds: a sixth of the work for a short turn.
        """
        encoded = self._model.encode(self._frames(_as_16k(samples, rate)))
        most = _TOKENS_A_SECOND * len(samples) // (2 * rate) + _MOST_TOKENS
        found = []
        for hint in hints or ("",):
            prompt = self._prompt(hint)
            found += self._model.model.generate(
                encoded,
                [prompt],
                beam_size=5,
                num_hypotheses=3,
                max_length=len(prompt) + most,
                return_scores=True,
                return_no_speech_prob=True,
                repetition_penalty=1.05,
            )
        if all(one.no_speech_prob > _NOT_SPEECH and one.scores[0] < _UNSURE for one in found):
            return Heard(text="")
        texts = [[said_once(self._tokens.decode(ids).strip()) for ids in one.sequences_ids] for one in found]
        ranked = [text for rank in zip_longest(*texts, fillvalue="") for text in rank if text]
        first, *others = dict.fromkeys(ranked or [""])
        return Heard(text=first if any(sign.isalnum() for sign in first) else "", others=tuple(others))

    def _frames(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        frames = self._model.feature_extractor(sound)
        content = len(sound) * _FRAMES_A_SECOND // _RATE
        wanted = min(max(content + _AFTER, _SHORTEST), _LONGEST)
        return np.ascontiguousarray(pad_or_trim(frames, wanted + wanted % 2), dtype=np.float32)

    def _prompt(self, words: str) -> list[int]:
        before: list[int] = []
        if words:
            before = [self._tokens.sot_prev, *self._tokens.encode(f" {words}")[-_MOST_PROMPT:]]
        return [*before, *self._tokens.sot_sequence, self._tokens.no_timestamps]


def said_once(text: str) -> str:
    """Words that the model wrote down again and again, once; figures stand as they are."""
    again = _AGAIN.fullmatch(text)
    return again[1] if again is not None and not any(sign.isdigit() for sign in text) else text


def _as_16k(samples: bytes, rate: int) -> NDArray[np.float32]:
    given = np.frombuffer(samples, dtype="<i2").astype(np.float32) / 32768
    wanted: NDArray[np.float32] = soxr.resample(given, rate, _RATE).astype(np.float32)
    return wanted
