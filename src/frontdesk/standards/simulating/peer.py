"""A simulated system as the certification suite and the demo meet it: past its interface, by its own people's hands.

Each connector's folder has a `peer.py` with a function `peer` of the type `OpensPeer`. It belongs to neither side: it
knows how the simulator keeps its book and how the connector's file of numbers is written, and nothing of how either
works.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from frontdesk.domain.appointment import Slot, Status
from frontdesk.domain.chart import Chart
from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice, Practitioner
from frontdesk.domain.time import Period
from frontdesk.ports.abilities import Came, Notice
from frontdesk.standards.simulating.faults import Faults
from frontdesk.standards.simulating.http import Message, Receive, Send
from frontdesk.standards.simulating.waiting import Clock, Wait

Application = Callable[[Message, Receive, Send], Awaitable[None]]
"""ASGI."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A visit as the system's own book has it, cancelled ones too. `number` is its id there.

    `during` is what the patient is told, in UTC; `whole` what is kept busy, set-up and clean-up included. `service`
    None: the book does not say. `note` is the visit's note there, "" where it has none.
    """

    number: str
    chart: str
    during: Period
    whole: Period
    practitioner: PractitionerId | None
    location: LocationId
    service: ServiceId | None
    status: Status
    confirmed: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request the system heard: the call's name in its SIMULATOR.md, and all that was sent with it, as text."""

    call: str
    sent: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Filed:
    """What a patient's file holds beside the visits."""

    chart: Chart
    papers: tuple[str, ...] = ()
    """The names of the documents in it."""
    covers: tuple[tuple[str, str], ...] = field(default=())
    """Payer and member number of each insurance."""


class Peer(Protocol):
    """A simulated system that holds a practice's book."""

    application: Application
    """The interface. Served at an address, or reached in the same process."""
    practice: Practice
    """Ours, as the system can keep it."""
    numbers: Mapping[str, object]
    """Which of the system's things are which of ours, as the connector's file has them."""
    services: tuple[ServiceId, ...]
    """Which of the practice's services the system can take."""
    faults: Faults
    personal: frozenset[str]
    """The calls that may carry what identifies a patient, since they cannot do without."""

    def settings(self, address: str) -> Mapping[str, str]:
        """What the connector's manifest asks for, where the interface is served at that address ("http://host:port")."""
        ...

    def heard(self) -> Sequence[Asked]:
        """Every request so far."""
        ...

    def visits(self) -> Sequence[Standing]:
        """The whole book, cancelled visits too; blocks and open times are no visits."""
        ...

    def files(self) -> Sequence[Filed]:
        """Every patient's file."""
        ...

    def open_file(self, patient: Patient) -> str:
        """Staff open a file; its number."""
        ...

    def book(self, slot: Slot) -> str | None:
        """Staff book somebody else at that very time; the visit's number. None: their own system does not let them."""
        ...

    def move(self, number: str, slot: Slot) -> bool:
        """Staff move a visit there. False: their own system does not let them."""
        ...

    def cancel(self, number: str) -> None:
        """Staff call a visit off."""
        ...

    def mark(self, number: str, came: Came) -> None:
        """Staff note that the patient came, or did not."""
        ...

    async def notices(self, url: str) -> Sequence[Notice]:
        """The webhooks that are due by now, as they reach that address; [] where the system has none."""
        ...


@runtime_checkable
class HearsMessages(Protocol):
    """A peer whose system also takes messages of HL7 v2."""

    line: Mapping[str, str]
    """The settings that open that way, beside those of `Peer.settings`."""

    async def receive(self, octets: bytes) -> bytes | None:
        """The acknowledgement of a message; None where none comes."""
        ...


class OpensPeer(Protocol):
    """The function `peer` in a system's peer.py."""

    def __call__(
        self,
        practice: Practice,
        *,
        clock: Clock,
        wait: Wait,
        visits: Sequence[Slot],
        days: int,
        keep: Path | None = None,
    ) -> Peer:
        """A system that holds the practice's hours, people and rooms from a week ago until `days` ahead.

        `visits`: visits of other patients that stand in it already; those that the system cannot hold are left out.
        `keep`: a file that outlives the process; what stands in it is taken instead.
        """
        ...


def given_and_family(person: Practitioner) -> tuple[str, str]:
    """Somebody's names as a system keeps them, each in a field of its own: without titles and names between."""
    words = [word for word in person.name.split() if not word.endswith(".")] or [person.name]
    return words[0], words[-1]
