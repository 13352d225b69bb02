"""Which way a patient is treated while an experiment runs, and when it is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from frontdesk.domain.experiment import Arm, Compared, Experiment, Order
from frontdesk.domain.ids import PatientId
from frontdesk.domain.practice import Practice
from frontdesk.domain.reminding import Ladder
from frontdesk.domain.time import wall
from frontdesk.outcomes.experiments import Judged, Standing, judge
from frontdesk.storage import experiments
from frontdesk.storage.database import Db
from frontdesk.storage.reminders import Ahead

REMINDERS = frozenset({Compared.REMINDER_LADDER, Compared.REMINDER_WORDING})
WAITLIST = frozenset({Compared.WAITLIST_ORDER})
"""One experiment with reminders runs at a time, and one with the waitlist: these put other things into arms."""


async def ladder_for(db: Db, practice: Practice, visit: Ahead, *, now: datetime) -> Ladder:
    """The ladder by which a visit is reminded of: the practice's, or that of the arm which its patient is in.

    Into an experiment come patients told, since it began, of a visit so far ahead that every rung of both ladders can
    go: of the others chance could make no difference.
    """
    usual = practice.reminding.of(visit.service)
    running = await _running(db, practice, REMINDERS, now=now)
    if running is None:
        return usual
    arm = await experiments.arm_in(db, running, visit.patient)
    if arm is None and _may_enter(practice, running, visit, usual):
        arm = await experiments.assign(db, running, visit.patient, visit.appointment, now=now)
    return running.ladder if arm is Arm.OTHER and running.ladder is not None else usual


async def wordings_for(
    db: Db, practice: Practice, patients: Sequence[PatientId], *, now: datetime
) -> Mapping[PatientId, Experiment]:
    """Of whom the reminder goes in the words that are tried, and the experiment that has them."""
    running = await _running(db, practice, REMINDERS, now=now)
    if running is None or not running.wording:
        return {}
    arms = await experiments.arms_in(db, running, patients)
    return {patient: running for patient, arm in arms.items() if arm is Arm.OTHER}


async def order_for(db: Db, practice: Practice, opening: UUID, *, now: datetime) -> Order:
    """The order in which those who wait are asked for a time that came free: the usual one, or its arm's."""
    running = await _running(db, practice, WAITLIST, now=now)
    if running is None or running.order is None:
        return Order.CLOSEST_FIRST
    arm = await experiments.assign_time(db, running, opening, now=now)
    return running.order if arm is Arm.OTHER else Order.CLOSEST_FIRST


async def judged(db: Db, experiment: Experiment, *, now: datetime) -> Judged:
    """What the experiment has shown at the looks that are due."""
    return judge(await experiments.what_they_took(db, experiment, before=now), wanted=experiment.sample)


async def end_those_over(db: Db, practice: Practice, *, now: datetime) -> int:
    """How many experiments have ended now: a look has shown a difference, or the sample is full."""
    over = await experiments.ended(db, practice.experiments)
    found = 0
    for one in practice.experiments:
        if one.id not in over and (shown := await judged(db, one, now=now)).standing is not Standing.GOES_ON:
            await experiments.end(db, one, shown.standing.value, now=now)
            found += 1
    return found


async def _running(db: Db, practice: Practice, about: frozenset[Compared], *, now: datetime) -> Experiment | None:
    """The first of the practice's experiments about one of these that has begun and is not over."""
    today = wall(now, practice.locations[0].zone).date()
    begun = [one for one in practice.experiments if one.starts <= today and one.compares in about]
    over = await experiments.ended(db, begun) if begun else {}
    return next((one for one in begun if one.id not in over), None)


def _may_enter(practice: Practice, experiment: Experiment, visit: Ahead, usual: Ladder) -> bool:
    tried = experiment.ladder if experiment.ladder is not None else usual
    longest = max((*usual, *tried), default=timedelta(0))
    told = wall(visit.since, practice.locations[0].zone).date()
    differs = usual != tried if experiment.ladder is not None else bool(usual)
    return told >= experiment.starts and visit.start - visit.since > longest and differs
