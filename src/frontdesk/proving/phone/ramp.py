"""How many calls at once this machine carries: one more at a time, until callers wait for too long."""

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from frontdesk.channels.voice.places import places
from frontdesk.proving.phone.bench import Outcome, desk_of_calls, own_settings
from frontdesk.proving.phone.figures import middle_and_most
from frontdesk.proving.phone.kept import Kept
from frontdesk.proving.phone.scripts import every_script
from frontdesk.proving.phone.voices import voices
from frontdesk.proving.phone.wanted import Wanted
from frontdesk.settings import Settings
from frontdesk.storage.throwaway import Throwaway, throwaway_postgres
from frontdesk.voice.holding import models_of
from frontdesk.voice.models import Models

TOO_LONG = 2.5
"""Seconds from the last word to the first sound of the answer that 95 in 100 have to stay under."""
MOST = 16
_VOICE = "piper"
_SCRIPTS = ("books-botox", "books-in-two-breaths", "books-with-nurse", "books-and-corrects-the-day", "talks-a-lot")
"""Calls of some length with speech on both sides, on clean lines in one voice: what is measured is the machine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """So many calls at once. Times in seconds: a median and what 95 of 100 stay under, as in `Figures`.

    `load` is what there was on the machine before they began, and at their end.
    """

    at_once: int
    right: int
    answers: int
    answer: tuple[float, float]
    greeting: tuple[float, float]
    load: tuple[float, float]

    @property
    def is_carried(self) -> bool:
        """Whether no more than five callers in a hundred waited for too long."""
        return self.answer[1] < TOO_LONG


def ramped(
    settings: Settings, *, folder: Path | None = None, on_each: Callable[[Outcome], None] | None = None
) -> list[Level]:
    """Each level until the first that is not carried. Levels that the folder has are not held again.

    Raises: DatabaseFault, ModelsMissing.
    """
    models = models_of(own_settings(settings, 1))
    with throwaway_postgres() as server:
        return asyncio.run(_levels(settings, server, models, folder, on_each or (lambda _: None)))


async def _levels(
    settings: Settings, server: Throwaway, models: Models, folder: Path | None, on_each: Callable[[Outcome], None]
) -> list[Level]:
    known = {one.name: one for one in voices(places(settings).piper)}
    kept = Kept(Level, folder, "levels")
    found = list(kept.read())
    scripts = {one.id: one for one in every_script()}
    async with desk_of_calls(settings, server) as place:
        while len(found) < MOST and all(one.is_carried for one in found):
            at_once, before = len(found) + 1, os.getloadavg()[0]
            wanted = [
                Wanted(number=number, script=scripts[_SCRIPTS[number % len(_SCRIPTS)]], voice=_VOICE, noise=None)
                for number in range(at_once)
            ]
            outcomes = await place.round(wanted, known, models)
            for one in outcomes:
                on_each(one)
            found.append(_level(outcomes, before))
            kept.add(found[-1])
    return found


def _level(outcomes: list[Outcome], before: float) -> Level:
    waits = [wait for one in outcomes for wait in one.answers if wait is not None]
    return Level(
        at_once=len(outcomes),
        right=sum(not one.faults for one in outcomes),
        answers=len(waits),
        answer=middle_and_most(waits),
        greeting=middle_and_most([one.greeting for one in outcomes if one.greeting is not None]),
        load=(before, max(one.load for one in outcomes)),
    )


def ramp_table(found: list[Level]) -> Iterator[str]:
    """The levels in lines for a person, and how many calls are carried."""
    yield f"{'at once':>8}{'answers':>9}{'median':>8}{'95 %':>7}{'pick-up':>9}{'load':>13}  right"
    for one in found:
        load = f"{one.load[0]:.1f} to {one.load[1]:.1f}"
        times = f"{one.answer[0]:>8.2f}{one.answer[1]:>7.2f}{one.greeting[0]:>9.2f}{load:>13}"
        yield f"{one.at_once:>8}{one.answers:>9}{times}  {one.right} of {one.at_once}"
    carried = max((one.at_once for one in found if one.is_carried), default=0)
    yield f"carried at once before 95 in 100 wait for {TOO_LONG} s: {carried}, patients and desk on the same machine"
