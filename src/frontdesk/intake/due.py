"""Which forms of a visit are still to be filled in, and how far each is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.questionnaire import Questionnaire


class InChart(Enum):
    """How a form that was handed in stands with the connected system's chart."""

    WAITING = "waiting"
    WRITTEN = "written"
    NOTED = "noted"
    BY_HAND = "by-hand"
    UNSURE = "unsure"


@dataclass(frozen=True, kw_only=True, slots=True)
class FormStands:
    """How one form of a visit stands that was begun, without a word of it. `completed`: when it was handed in.

    `chart` None: it is not for another system's chart, or not yet.
    """

    id: UUID
    intake: UUID
    appointment: AppointmentId
    questionnaire: str
    version: str
    answered: int
    wanted: int
    saved: datetime
    completed: datetime | None
    chart: InChart | None = None


class How(Enum):
    """How far a form is."""

    NOT_BEGUN = "not_begun"
    PART_DONE = "part_done"
    HANDED_IN = "handed_in"


@dataclass(frozen=True, kw_only=True, slots=True)
class Needed:
    """A form that a visit needs or has. `stands` is None before the first answer."""

    form: Questionnaire
    how: How
    stands: FormStands | None = None


def needed(forms: Sequence[Questionnaire], begun: Iterable[FormStands]) -> list[Needed]:
    """Every form that the visit needs, in order, with how far it is."""
    stands = {one.questionnaire: one for one in begun}
    return [Needed(form=form, how=_how(stands.get(form.id)), stands=stands.get(form.id)) for form in forms]


def _how(stands: FormStands | None) -> How:
    if stands is None:
        return How.NOT_BEGUN
    return How.HANDED_IN if stands.completed else How.PART_DONE
