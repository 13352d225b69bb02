"""What is in the background of a call: noise so many decibels below the voice."""

from collections.abc import Callable

import numpy as np

from frontdesk.channels.voice.ulaw import decoded, encoded

Background = Callable[[bytes], bytes]
"""20 ms of mu-law as they are said; the same with the background in them."""
_VOICED = 300
_FADES = 0.714 * 0.7 ** np.arange(32)
"""What is left of a sample in those after it. Their squares add up to 1: the noise is as loud as what it is made of."""


def level(ulaw: bytes) -> float:
    """How loud a voice is where it speaks: the root of the mean square of its samples."""
    samples = np.frombuffer(decoded(ulaw), dtype="<i2").astype(np.float64)
    voiced = samples[np.abs(samples) > _VOICED]
    return float(np.sqrt(np.mean(voiced**2))) if len(voiced) else 0.0


def noise(below: float, voice: float, *, seed: int = 0) -> Background:
    """Noise with more low tones than high, `below` decibels under a voice of that level; the same for the same seed."""
    chance = np.random.default_rng(seed)
    wanted = voice / 10 ** (below / 20)
    before = np.zeros(len(_FADES) - 1)

    def mixed(ulaw: bytes) -> bytes:
        nonlocal before
        white = np.concatenate((before, chance.normal(0.0, 1.0, len(ulaw))))
        before = white[-len(before) :]
        coloured = np.convolve(white, _FADES, mode="valid")
        said = np.frombuffer(decoded(ulaw), dtype="<i2").astype(np.float64)
        return encoded(np.clip(said + wanted * coloured, -32768, 32767).astype("<i2").tobytes())

    return mixed
