"""A call from the terminal: sound files, or words said by the desk's own voice, one after another."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from frontdesk.channels.voice.ulaw import encoded
from frontdesk.domain.message import Message
from frontdesk.domain.practice import Practice
from frontdesk.proving.phone.carrying import placed
from frontdesk.proving.phone.desk import a_call, at_the_phone, thread_of, written
from frontdesk.proving.phone.noise import level, noise
from frontdesk.proving.phone.patient import Waited, talk
from frontdesk.proving.phone.voices import read_wav
from frontdesk.voice.holding import models_of
from frontdesk.wiring import Frontdesk


async def call(
    desk: Frontdesk, practice: Practice, caller: str, says: Sequence[str], *, below: float | None = None
) -> tuple[list[Message], Waited]:
    """What was said in the call, and how long the caller waited. Each of `says` is a WAV file, or words.

    `below`: noise so many decibels under the voice. Raises: ModelsMissing, NotTaken, ValueError (no WAV file).
    """
    models = await asyncio.to_thread(models_of, desk.settings)
    lines = [read_wav(Path(one)) if one.endswith(".wav") else encoded(await models.mouth.say(one)) for one in says]
    left = iter(lines)

    async def next_line() -> bytes | None:
        return next(left, None)

    async with at_the_phone(desk, practice), placed(a_call(desk, practice, caller)) as phone:
        if below is not None and lines:
            phone.background = noise(below, level(lines[0]))
        waited = await talk(phone, next_line)
        thread = await thread_of(desk, practice, caller)
    return (await written(desk, practice, thread) if thread is not None else []), waited
