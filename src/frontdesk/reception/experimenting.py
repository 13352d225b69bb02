"""Which way a patient is treated while an experiment runs, and when it is over."""

from datetime import datetime, timedelta

from frontdesk.domain.experiment import Arm, Experiment
from frontdesk.domain.practice import Practice
from frontdesk.domain.reminding import Ladder
from frontdesk.domain.time import wall
from frontdesk.outcomes.experiments import Judged, Standing, judge
from frontdesk.storage import experiments
from frontdesk.storage.database import Db
from frontdesk.storage.reminders import Ahead


async def ladder_for(db: Db, practice: Practice, visit: Ahead, *, now: datetime) -> Ladder:
    """The ladder by which a visit is reminded of: the practice's, or that of the arm which its patient is in.

    Into an experiment come patients told, since it began, of a visit so far ahead that every rung of both ladders can
    go: of the others chance could make no difference.
    """
    usual = practice.reminding.of(visit.service)
    running = await _running(db, practice, now=now)
    if running is None:
        return usual
    arm = await experiments.arm_in(db, running, visit.patient)
    if arm is None and _may_enter(practice, running, visit, usual):
        arm = await experiments.assign(db, running, visit.patient, visit.appointment, now=now)
    return running.ladder if arm is Arm.OTHER else usual


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


async def _running(db: Db, practice: Practice, *, now: datetime) -> Experiment | None:
    """The first of the practice's experiments that has begun and is not over."""
    today = wall(now, practice.locations[0].zone).date()
    begun = [one for one in practice.experiments if one.starts <= today]
    over = await experiments.ended(db, begun) if begun else {}
    return next((one for one in begun if one.id not in over), None)


def _may_enter(practice: Practice, experiment: Experiment, visit: Ahead, usual: Ladder) -> bool:
    longest = max((*usual, *experiment.ladder), default=timedelta(0))
    told = wall(visit.since, practice.locations[0].zone).date()
    return told >= experiment.starts and visit.start - visit.since > longest and usual != experiment.ladder
