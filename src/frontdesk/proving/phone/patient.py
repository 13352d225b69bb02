"""A patient on the phone: waits until the desk has spoken, or cuts it off, then says the next thing."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from frontdesk.proving.phone.carrying import QUIET, SECONDS_A_PIECE, Phone

ANSWERS_AFTER = 0.3
"""Seconds of silence after which a patient takes it that the desk has finished."""
WAITS = 12.0
"""Seconds after which a patient speaks although nothing was said."""

NextLine = Callable[[], Awaitable[bytes | None]]
"""What the patient says next, in mu-law; None: they hang up."""


@dataclass(kw_only=True)
class Waited:
    """How long a patient waited, in seconds: for the greeting, and after each of their lines. None: no answer came.

    `interruptions` counts the lines during which the desk began to speak; they are not among `answers`.
    """

    greeting: float | None = None
    answers: list[float | None] = field(default_factory=list)
    lines: int = 0
    interruptions: int = 0


async def talk(
    phone: Phone, next_line: NextLine, *, most: int = 40, patience: float = 60.0, pause: float = ANSWERS_AFTER
) -> Waited:
    """Hold the patient's side of a call until there is nothing more to say, or the desk hangs up.

    The patient speaks after `pause` seconds of silence, or once they have heard `patience` seconds of the desk's sound.
    """
    waited = Waited()
    await _until_finished(phone, patience, pause)
    waited.greeting = phone.arrived
    for _ in range(most):
        line = await next_line()
        if line is None or phone.is_over:
            break
        phone.speak(line)
        waited.lines += 1
        await phone.has_spoken()
        ended, cut_off = phone.now, phone.arrived is not None
        await _until_finished(phone, patience, pause)
        if cut_off:
            waited.interruptions += 1
        else:
            waited.answers.append(phone.arrived - ended if phone.arrived is not None else None)
    return waited


async def _until_finished(phone: Phone, patience: float, pause: float) -> None:
    """Until the desk has said something and then nothing for a moment, or goes on for too long."""
    began, before = phone.now, len(phone.heard)
    quiet = 0.0
    while quiet < pause and not phone.is_over:
        await asyncio.sleep(SECONDS_A_PIECE)
        if phone.arrived is None:
            if phone.now - began > WAITS:
                return
        elif SECONDS_A_PIECE * sum(one.ulaw != QUIET for one in phone.heard[before:]) > patience:
            return
        else:
            quiet = 0.0 if phone.hears else quiet + SECONDS_A_PIECE
