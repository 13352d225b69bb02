"""What a connected system may do beyond the calendar: a small port for each ability that not every system has.

A connector has the methods of the abilities that its manifest lists in `can`, and no others; a check holds the two
together. Every call may raise the four faults of `ports.faults`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol, runtime_checkable

from frontdesk.domain.appointment import Appointment, Claim
from frontdesk.domain.chart import Chart
from frontdesk.domain.ids import AppointmentId, PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.time import Period
from frontdesk.ports.catalogue import Catalogue
from frontdesk.ports.system import Missing


@runtime_checkable
class ListsCatalogue(Protocol):
    """The ability `catalogue`."""

    async def catalogue(self) -> Catalogue:
        """Everything that can be mapped, in the system's own numbers. Raises: Unreachable, NotPermitted."""
        ...


@runtime_checkable
class TellsBusyTimes(Protocol):
    """The ability `busy`: a system that shows when people are busy and computes no times."""

    async def busy(self, within: Period) -> list[Claim]:
        """Who and what of ours is busy, [] where nobody is. Raises: Unreachable, NotPermitted."""
        ...


@runtime_checkable
class FindsPatients(Protocol):
    """The ability `find_patient`."""

    async def find_patients(self, sought: Patient) -> list[Chart]:
        """The files that may be this patient's, by name, birth date, phone or e-mail: candidates, not yet matched.

        Those that take no visits too, marked so. Raises: Unreachable, NotPermitted.
        """
        ...


@runtime_checkable
class UpdatesPatients(Protocol):
    """The ability `update_patient`."""

    async def update_patient(self, patient: PatientId) -> bool:
        """Write what the desk knows of the patient to their file; what the desk does not know stays as it is there.

        False: they have no file there yet. Raises: Refused, Unreachable, OutcomeUnknown, NotPermitted.
        """
        ...


@runtime_checkable
class ConfirmsVisits(Protocol):
    """The ability `confirm`."""

    async def confirm(self, id: AppointmentId) -> Appointment | Missing:
        """Note there that the patient will come. Confirmed twice is confirmed.

        Raises: Refused (it is not to come any more), Unreachable, OutcomeUnknown, NotPermitted.
        """
        ...


class Came(Enum):
    """What became of a visit at its time."""

    ARRIVED = "arrived"
    MISSED = "missed"


@runtime_checkable
class MarksVisits(Protocol):
    """The ability `arrival`: arrivals and no-shows are written there, and read back."""

    async def mark(self, id: AppointmentId, came: Came) -> Appointment | Missing:
        """Note there whether the patient came. Raises: Refused, Unreachable, OutcomeUnknown, NotPermitted."""
        ...


@runtime_checkable
class TakesNotes(Protocol):
    """The ability `note`."""

    async def add_note(self, id: AppointmentId, text: str, *, key: str) -> bool:
        """Add a line to a visit's note, once for each key; what stands there stays. False: there is no such visit.

        Raises: Refused (it is too long), Unreachable, OutcomeUnknown, NotPermitted.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A paper for a patient's file. `kind` is a MIME type, `name` a file's name without a path."""

    name: str
    kind: str
    content: bytes


@runtime_checkable
class TakesDocuments(Protocol):
    """The ability `document`: intake and consents reach the chart."""

    @property
    def finds_papers(self) -> bool:
        """Whether it can be asked if a paper is there: then one whose answer was lost is not filed twice."""
        ...

    async def attach(self, patient: PatientId, document: Document, *, key: str) -> bool:
        """Put a paper into the patient's file, once for each key. False: they have no file there yet.

        Where it does not find papers again, one that was sent and not answered for may be there already.
        Raises: Refused (kind or size), Unreachable, OutcomeUnknown, NotPermitted.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Insurance:
    """A patient's cover as they told it: FHIR Coverage. `payer` is its name or the system's own number of it."""

    payer: str
    member: str
    group: str | None = None


@runtime_checkable
class TakesCoverage(Protocol):
    """The ability `coverage`."""

    async def add_coverage(self, patient: PatientId, insurance: Insurance) -> bool:
        """Write a cover to the patient's file; one of the same payer and member is not written twice.

        False: they have no file there yet. Raises: Refused (the payer is not known there), Unreachable,
        OutcomeUnknown, NotPermitted.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What has changed of visits. `gone` were deleted there; `next` is what to ask on with, opaque text.

    A visit may come more than once, and later than another that was changed after it; the one that is read decides.
    """

    visits: tuple[Appointment, ...]
    gone: tuple[AppointmentId, ...] = ()
    next: str


@runtime_checkable
class TellsChanges(Protocol):
    """The ability `changes`: asked from time to time."""

    async def changes(self, since: str | None) -> Changes:
        """What has changed since `next` of the answer before; None: all visits from a day ago on, to begin with.

        Asked again with the same `since`, nothing is lost: a process that dies before it has kept `next` asks anew.
        Raises: Unreachable (nothing was read), NotPermitted, Refused (`since` is too old: begin anew with None).
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A webhook as it came. Header names are in lower case. `url` is the address that the system was given."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a notice is about. `id` names the notice, so that one sent twice is known; it says nothing of a patient.

    `everything`: the system does not say what; all that is kept of it is stale.
    """

    id: str
    visits: tuple[AppointmentId, ...] = ()
    charts: tuple[str, ...] = ()
    everything: bool = False


@runtime_checkable
class HearsNotices(Protocol):
    """The ability `notices`: webhooks. What a notice says is never believed, only what it is about is then read."""

    def hear(self, notice: Notice) -> Sequence[Told]:
        """What it is about; [] for one that is nothing to us.

        Raises: Refused (the signature is wrong, missing or too old: answer 401 and keep nothing).
        """
        ...
