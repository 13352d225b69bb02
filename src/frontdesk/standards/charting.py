"""Whose file in another system a patient's is: one that is there already, before one is opened."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from frontdesk.domain.chart import Chart, charts_of
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.charts import Charts
from frontdesk.ports.faults import OutcomeUnknown, Refused

Find = Callable[[Patient], Awaitable[Sequence[Chart]]]
"""Candidates for a patient's file, not yet matched. Raises: Unreachable, NotPermitted."""
Open = Callable[[Patient], Awaitable[str]]
"""The number of a new file. Raises: Refused, Unreachable, OutcomeUnknown (there may be one now), NotPermitted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A patient's file; `new` says that it was opened just now."""

    number: str
    new: bool


async def chart_there(patient: PatientId, *, charts: Charts, find: Find, system: str) -> str | None:
    """The number of the patient's file, kept or found; None where there is none yet. None is opened.

    Raises: Refused (several files fit), Unreachable, NotPermitted.
    """
    kept = await charts.chart_of(patient)
    return kept if kept is not None else await _found(await charts.demographics(patient), find, system)


async def chart_for(patient: PatientId, *, charts: Charts, find: Find, open: Open, system: str) -> Opened:
    """The patient's file: kept, else the one that fits, else a new one; kept from now on.

    Where it is not known whether one was opened, it is looked for before anything else.
    Raises: Refused (several files fit, or what a file needs is missing), OutcomeUnknown (one may have been opened),
    Unreachable, NotPermitted.
    """
    kept = await charts.chart_of(patient)
    if kept is not None:
        return Opened(number=kept, new=False)
    person = await charts.demographics(patient)
    found = await _found(person, find, system)
    number = found
    if number is None:
        try:
            number = await open(person)
        except OutcomeUnknown:
            number = await _found(person, find, system)
            if number is None:
                raise
    await charts.keep(patient, number)
    return Opened(number=number, new=found is None)


async def _found(person: Patient, find: Find, system: str) -> str | None:
    fitting = charts_of(person, await find(person))
    if len(fitting) > 1:
        raise Refused(f"{system} has {len(fitting)} files of that name and number. Staff must merge them.")
    return fitting[0].number if fitting else None
