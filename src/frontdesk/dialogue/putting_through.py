"""Whether a caller is put through to a person now, and what is said instead of "somebody gets back to you"."""

from dataclasses import replace
from datetime import datetime

from frontdesk.dialogue.coverage import after_open_hours, is_anywhere_open
from frontdesk.dialogue.effects import Reason, TellStaff
from frontdesk.dialogue.says import SayPersonComes
from frontdesk.dialogue.step import Step
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall

USUALLY = (Reason.ASKED, Reason.CLINICAL, Reason.COMPLAINT, Reason.NOT_UNDERSTOOD)
"""What callers are put through for, where the practice names no reasons. In an emergency 911 is to be called."""


def put_through(practice: Practice, channel: ChannelKind, step: Step, *, now: datetime) -> Step:
    """The step with its caller put through, where a person is told for a reason that they are wanted at once for.

    The task is opened all the same: whatever becomes of the call, somebody knows of it.
    """
    if channel is not ChannelKind.VOICE or not is_put_through(practice, now=now):
        return step
    reasons = practice.transfer.reasons or USUALLY
    wanted = next((one for one in step.effects if isinstance(one, TellStaff) and one.reason in reasons), None)
    if wanted is None:
        return step
    effects = tuple(replace(one, through=True) if one is wanted else one for one in step.effects)
    others = [say for say in step.says if not isinstance(say, SayPersonComes)]
    return replace(step, effects=effects, says=(*others, SayPersonComes(reason=wanted.reason, through=True)))


def is_put_through(practice: Practice, *, now: datetime) -> bool:
    """Whether there is a number to call, and this is an hour for it."""
    transfer, place = practice.transfer, practice.locations[0]
    if not transfer.numbers:
        return False
    if not transfer.hours:
        return is_anywhere_open(practice, now=now)
    here = wall(now, place.zone)
    stretches = [
        hours.during.on(here.date(), place.zone)
        for hours in transfer.hours
        if not hours.weekdays or here.weekday() in hours.weekdays
    ]
    return any(period is not None and period.start <= now < period.end for period in stretches)


def calls_back_by(practice: Practice, *, now: datetime) -> datetime:
    """Until when somebody calls back who could not be put through: as long as a task may wait, in opening hours."""
    return after_open_hours(practice, practice.telling.within, now=now)
