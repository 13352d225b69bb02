"""Who is in which arm of an experiment, what came of their visits, and that it is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.domain.experiment import ARMS, Arm, Counted, Experiment
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.outcomes.experiments import Took, arm_of
from frontdesk.outcomes.proportions import Rate
from frontdesk.storage.database import Db


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """An experiment that nobody is put into any more, and what it has shown (`outcomes.experiments.Standing`)."""

    standing: str
    at: datetime


async def arm_in(db: Db, experiment: Experiment, patient: PatientId) -> Arm | None:
    """The arm that the patient was put into."""
    row = await db.one(
        "select arm from experiment_assignment where practice_id = %s and experiment = %s and patient_id = %s",
        (db.practice, experiment.id, patient),
    )
    return Arm(row["arm"]) if row else None


async def assign(
    db: Db, experiment: Experiment, patient: PatientId, visit: AppointmentId, *, now: datetime
) -> Arm | None:
    """The arm that a keyed hash puts the patient into, with this visit as the one that counts; the same ever after."""
    mark = db.keyring.lookup("experiment", f"{experiment.id} {patient}")
    arm = arm_of(mark, [one.value for one in ARMS])
    await db.run(
        "insert into experiment_assignment (practice_id, experiment, patient_id, arm, appointment_id, assigned_at) "
        "values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
        (db.practice, experiment.id, patient, arm, visit, now),
    )
    return await arm_in(db, experiment, patient)


async def arms_in(db: Db, experiment: Experiment, patients: Sequence[PatientId]) -> dict[PatientId, Arm]:
    """The arms of those of these patients who were put into one."""
    rows = await db.all(
        "select patient_id, arm from experiment_assignment where practice_id = %s and experiment = %s "
        "and patient_id = any(%s)",
        (db.practice, experiment.id, list(patients)),
    )
    return {PatientId(row["patient_id"]): Arm(row["arm"]) for row in rows}


async def assign_time(db: Db, experiment: Experiment, opening: UUID, *, now: datetime) -> Arm:
    """The arm that a keyed hash puts a time that came free into; the same ever after.

    It stands in the place of a patient: what is compared are times, and nobody is in two minds about one of them.
    """
    return await assign(db, experiment, PatientId(opening), AppointmentId(str(opening)), now=now) or Arm.USUAL


async def what_they_took(db: Db, experiment: Experiment, *, before: datetime) -> list[Took]:
    """Each patient whose visit has come and of whom it is known what came of it, in the order of the visits.

    A visit that was cancelled counts as one that was not missed: whoever was put into an arm stays in it. Of times that
    came free: each that begins no more later, and whether nobody of the waitlist has it.
    """
    if experiment.order is not None:
        return await _times_taken(db, experiment, before=before)
    counted = ["missed", "cancelled-late"] if experiment.counts is Counted.NO_SHOW_OR_LATE else ["missed"]
    rows = await db.all(
        "select a.arm = 'usual' as first, v.became = any(%s) as happened from experiment_assignment a "
        "join visit_outcome v on v.practice_id = a.practice_id and v.number = a.appointment_id "
        "where a.practice_id = %s and a.experiment = %s and v.starts_at < %s and v.became <> 'not-said' "
        "order by v.starts_at, v.number",
        (counted, db.practice, experiment.id, before),
    )
    return [Took(first=row["first"], happened=row["happened"]) for row in rows]


async def _times_taken(db: Db, experiment: Experiment, *, before: datetime) -> list[Took]:
    rows = await db.all(
        "select a.arm = 'usual' as first, o.stands <> 'filled' as happened from experiment_assignment a "
        "join opening o on o.practice_id = a.practice_id and o.id = a.patient_id "
        "where a.practice_id = %s and a.experiment = %s and o.starts_at < %s order by o.starts_at, o.id",
        (db.practice, experiment.id, before),
    )
    return [Took(first=row["first"], happened=row["happened"]) for row in rows]


async def not_filled(db: Db, *, since: datetime, before: datetime) -> Rate:
    """The times that were offered to the waitlist and began in that stretch: how many of them nobody of it took."""
    row = await db.one(
        "select count(*) filter (where stands <> 'filled') as hits, count(*) as many from opening "
        "where practice_id = %s and starts_at >= %s and starts_at < %s",
        (db.practice, since, before),
    )
    return Rate(hits=row["hits"], of=row["many"]) if row else Rate(hits=0, of=0)


async def how_many_are_in(db: Db, experiment: Experiment) -> dict[Arm, int]:
    """How many patients were put into each arm."""
    rows = await db.all(
        "select arm, count(*) as many from experiment_assignment where practice_id = %s and experiment = %s "
        "group by arm",
        (db.practice, experiment.id),
    )
    found = {Arm(row["arm"]): row["many"] for row in rows}
    return {arm: found.get(arm, 0) for arm in ARMS}


async def end(db: Db, experiment: Experiment, standing: str, *, now: datetime) -> None:
    """It is over; the first that says so counts."""
    await db.run(
        "insert into experiment_end (practice_id, experiment, standing, ended_at) values (%s, %s, %s, %s) "
        "on conflict do nothing",
        (db.practice, experiment.id, standing, now),
    )


async def ended(db: Db, experiments: Sequence[Experiment]) -> dict[str, Ended]:
    """Those of them that are over, by their id."""
    rows = await db.all(
        "select * from experiment_end where practice_id = %s and experiment = any(%s)",
        (db.practice, [one.id for one in experiments]),
    )
    return {row["experiment"]: Ended(standing=row["standing"], at=row["ended_at"]) for row in rows}
