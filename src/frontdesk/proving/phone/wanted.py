"""Which calls are held: each script, with a voice and a noise, so ordered that any beginning is a fair part of all."""

from collections.abc import Sequence
from dataclasses import dataclass

from frontdesk.proving.phone.scripts import Script

NOISES = (20.0, 10.0, 5.0)
"""Decibels below the voice."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One call. `noise` is in decibels below the voice, None: a clean line."""

    number: int
    script: Script
    voice: str
    noise: float | None


def wanted_calls(scripts: Sequence[Script], voices: Sequence[str], most: int, *, clean: bool = False) -> list[Wanted]:
    """So many calls: every other one with noise, and in the next round the others; `clean`: none.

    A script that names its voice has it, where it is on this machine.
    """
    found = []
    for number in range(most):
        turn, place = divmod(number, len(scripts))
        script = scripts[place]
        voice = voices[(place + place // len(voices) + turn) % len(voices)]
        noise = NOISES[(place // 2 + turn) % len(NOISES)] if (place + turn) % 2 and not clean else None
        own = script.voice if script.voice in voices else None
        found.append(Wanted(number=number, script=script, voice=own or voice, noise=noise))
    return found
