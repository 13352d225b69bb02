"""What is asked of a receptionist under test, and the values that pass between it and the benchmark.

The same values go over HTTP as JSON (docs/benchmark.md): any program that can keep a calendar can be tested.
"""

from datetime import date, datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from frontdesk.proving.clinic.task import Task


class Value(BaseModel):
    """A value of the protocol; what an agent adds to it is not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Reply(Value):
    """A message to the patient; `buttons` are answers that may be tapped."""

    text: str
    buttons: tuple[str, ...] = ()


class Stands(Value):
    """A visit in the calendar. `start` carries its offset; `status` is FHIR's; `patient` names a Charted."""

    id: str
    patient: str | None
    service: str
    practitioner: str | None
    start: datetime
    status: str

    @property
    def is_booked(self) -> bool:
        """Whether somebody is to come."""
        return self.status in {"booked", "arrived", "checked-in"}


class Charted(Value):
    """A patient's chart."""

    id: str
    name: str
    phone: str | None = None
    email: str | None = None
    born: date | None = None


class Waiting(Value):
    """Somebody who waits for a time to open."""

    name: str
    service: str | None = None


class Job(Value):
    """What waits for the staff."""

    reason: str
    urgent: bool = False


class Sent(Value):
    """A text or an e-mail that went out, to a phone in E.164 or an address."""

    to: str
    body: str = ""


class World(Value):
    """All that a conversation has left behind. `events` are codes of the audit; None: the agent keeps none."""

    visits: tuple[Stands, ...] = ()
    charts: tuple[Charted, ...] = ()
    tasks: tuple[Job, ...] = ()
    waitlist: tuple[Waiting, ...] = ()
    messages_ended: bool = False
    texts: tuple[Sent, ...] = ()
    mails: tuple[Sent, ...] = ()
    events: tuple[str, ...] | None = None
    proven: bool | None = None


class Change(Value):
    """What the front desk or the world does meanwhile: one of these.

    `busy`: a practitioner (None: everybody) cannot be had in that stretch, and their visits are cancelled by staff.
    `taken`: somebody else gets this time, whoever could give the service. `cancelled`: staff cancel a visit of before.
    `moved`: staff move one to `start`.
    """

    busy: str | None = None
    everybody: bool = False
    taken: str | None = None
    cancelled: str | None = None
    moved: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class Session(Protocol):
    """One practice with one patient writing to it. `visits` are the ids of the visits of before, by the task's keys."""

    visits: dict[str, str]

    async def say(self, text: str, at: datetime) -> list[Reply]:
        """What the patient gets for a message."""
        ...

    async def change(self, change: Change, at: datetime) -> list[Reply]:
        """What the patient gets unasked after something has happened in the world."""
        ...

    async def look(self) -> World:
        """All that stands now."""
        ...

    async def is_free(self, service: str, start: datetime) -> bool | None:
        """Whether a visit could begin then; None: this agent cannot tell."""
        ...

    async def end(self) -> None:
        """The conversation is over, and may be forgotten."""
        ...


class Agent(Protocol):
    """A receptionist."""

    async def begin(self, task: Task) -> Session:
        """A practice as the task has it, ready for the first message."""
        ...
