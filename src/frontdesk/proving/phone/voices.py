"""Voices of patients: the desk's own Piper voice, quicker, slower, higher, lower; espeak-ng and flite where they are.

flite's voices are joined from recordings of people, espeak-ng's are made by formants: neither sounds like Piper's.
"""

import asyncio
import io
import shutil
import tempfile
import wave
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray
from piper import PiperVoice, SynthesisConfig

from frontdesk.channels.voice.ulaw import SAMPLES_A_SECOND, encoded

_LOUDEST = 12_000
"""What the loudest sample of a line becomes: of 32,768."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """A way to speak. `says` makes mu-law of words."""

    name: str
    says: Callable[[str], Awaitable[bytes]]


def voices(piper: Path) -> tuple[Voice, ...]:
    """Every voice there is on this machine."""
    model, alone = PiperVoice.load(str(piper)), ThreadPoolExecutor(max_workers=1, thread_name_prefix="patient")
    own = [
        _piper(model, alone, name, length=length, pitch=pitch)
        for name, length, pitch in (
            ("piper", 1.0, 1.0),
            ("piper-slow-high", 1.35, 1.15),
            ("piper-quick-low", 0.9, 0.92),
            ("piper-slow-low", 1.5, 0.9),
        )
    ]
    if (program := shutil.which("espeak-ng")) is not None:
        own += [_espeak(program, "espeak-us", "en-us", 150), _espeak(program, "espeak-woman", "en-us+f3", 145)]
    if (program := shutil.which("flite")) is not None:
        own += [_flite(program, "flite-woman", "slt", 1.0), _flite(program, "flite-man", "rms", 1.15)]
    return tuple(_remembering(one) for one in own)


def _remembering(voice: Voice) -> Voice:
    """The same voice, which makes no line twice."""
    made: dict[str, bytes] = {}

    async def says(words: str) -> bytes:
        if words not in made:
            made[words] = await voice.says(words)
        return made[words]

    return Voice(name=voice.name, says=says)


def read_wav(file: Path) -> bytes:
    """A sound file as mu-law: 16-bit samples at any rate, the first channel of several. Raises: ValueError."""
    with file.open("rb") as opened:
        return _from_wav(opened.read())


def _piper(model: PiperVoice, alone: ThreadPoolExecutor, name: str, *, length: float, pitch: float) -> Voice:
    how = SynthesisConfig(length_scale=length)

    def made(words: str) -> bytes:
        chunks = [chunk.audio_int16_bytes for chunk in model.synthesize(words, syn_config=how)]
        samples = np.frombuffer(b"".join(chunks), dtype=np.int16).astype(np.float32)
        return _as_ulaw(samples, model.config.sample_rate * pitch)

    async def says(words: str) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(alone, made, words)

    return Voice(name=name, says=says)


def _espeak(program: str, name: str, voice: str, pace: int) -> Voice:
    async def says(words: str) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *(program, "-v", voice, "-s", str(pace), "--stdout", words), stdout=asyncio.subprocess.PIPE
        )
        spoken, _ = await process.communicate()
        return _from_wav(spoken)

    return Voice(name=name, says=says)


def _flite(program: str, name: str, voice: str, stretch: float) -> Voice:
    async def says(words: str) -> bytes:
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:  # it writes no sound to a pipe
            process = await asyncio.create_subprocess_exec(
                *(program, "-voice", voice, "--setf", f"duration_stretch={stretch}", "-t", words, "-o", file.name)
            )
            await process.wait()
            return read_wav(Path(file.name))

    return Voice(name=name, says=says)


def _from_wav(wav: bytes) -> bytes:
    try:
        with wave.open(io.BytesIO(wav)) as read:
            if read.getsampwidth() != 2:
                raise ValueError("16-bit samples are needed")
            frames = read.readframes(read.getnframes())
            samples = np.frombuffer(frames[: len(frames) - len(frames) % 2], dtype="<i2")[:: read.getnchannels()]
            return _as_ulaw(samples.astype(np.float32), read.getframerate())
    except (wave.Error, EOFError) as fault:
        raise ValueError(f"no WAV file: {fault}") from None


def _as_ulaw(samples: NDArray[np.float32], rate: float) -> bytes:
    narrow = soxr.resample(samples, rate, SAMPLES_A_SECOND)
    loudest = float(np.max(np.abs(narrow))) if len(narrow) else 0.0
    even = narrow * (_LOUDEST / loudest) if loudest else narrow
    return encoded(np.clip(even, -32768, 32767).astype("<i2").tobytes())
