"""Who may see and change what: roles as data, least privilege, and the two ways around them that leave a trace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from uuid import UUID

from frontdesk.domain.faults import Impossible


class Role(Enum):
    """What somebody does at a practice."""

    OWNER = "owner"
    MANAGER = "manager"
    FRONT_DESK = "front-desk"
    CLINICIAN = "clinician"
    PRIVACY_OFFICER = "privacy-officer"
    READ_ONLY = "read-only"
    SUPPORT = "support"
    """The vendor's people: nothing at all, until the practice grants it."""


class Field(Enum):
    """Kinds of data, as coarse as anybody needs to tell them apart."""

    CALENDAR = "calendar"
    """Times, services, practitioners and rooms of visits, without who comes."""
    CONTACT = "contact"
    """Who a patient is and how to reach them."""
    CONVERSATION = "conversation"
    """What was written and said."""
    HEALTH = "health"
    """Intake answers and notes."""
    TASKS = "tasks"
    SETTINGS = "settings"
    """The practice's services, hours, people, policies."""
    PEOPLE = "people"
    """Accounts and roles."""
    GRANTS = "grants"
    """What support may see, and until when."""
    AUDIT = "audit"


class Do(Enum):
    """Looking, or changing."""

    SEE = "see"
    CHANGE = "change"


Rights = Mapping[Field, frozenset[Do]]
SEE, CHANGE = frozenset({Do.SEE}), frozenset({Do.SEE, Do.CHANGE})


def _rights(*, see: tuple[Field, ...] = (), change: tuple[Field, ...] = ()) -> Rights:
    return MappingProxyType({**dict.fromkeys(see, SEE), **dict.fromkeys(change, CHANGE)})


RIGHTS: Mapping[Role, Rights] = MappingProxyType(
    {
        Role.OWNER: _rights(
            see=(Field.CONTACT, Field.CONVERSATION, Field.AUDIT),
            change=(Field.CALENDAR, Field.TASKS, Field.SETTINGS, Field.PEOPLE, Field.GRANTS),
        ),
        Role.MANAGER: _rights(
            see=(Field.PEOPLE,),
            change=(Field.CALENDAR, Field.CONTACT, Field.CONVERSATION, Field.TASKS, Field.SETTINGS),
        ),
        Role.FRONT_DESK: _rights(change=(Field.CALENDAR, Field.CONTACT, Field.CONVERSATION, Field.TASKS)),
        Role.CLINICIAN: _rights(
            see=(Field.CALENDAR, Field.CONTACT, Field.CONVERSATION), change=(Field.HEALTH, Field.TASKS)
        ),
        Role.PRIVACY_OFFICER: _rights(
            see=(Field.CONTACT, Field.CONVERSATION, Field.HEALTH, Field.PEOPLE, Field.AUDIT), change=(Field.GRANTS,)
        ),
        Role.READ_ONLY: _rights(see=(Field.CALENDAR, Field.TASKS)),
        Role.SUPPORT: _rights(),
    }
)

LONGEST_GRANT = timedelta(hours=72)
BROKEN_GLASS_HOLDS = timedelta(hours=1)
EMERGENCY_FIELDS = frozenset({Field.CONTACT, Field.CONVERSATION, Field.HEALTH, Field.CALENDAR})
"""What breaking the glass shows: what helps a patient now. It changes nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """Leave to look beyond a role, for a reason and a time: given to support, or taken in an emergency."""

    id: UUID
    reason: str
    fields: frozenset[Field]
    until: datetime
    ended: datetime | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise Impossible("leave to look needs a reason")

    def holds(self, now: datetime) -> bool:
        """Whether it holds at that moment; ended, it is over at once."""
        return now < self.until and (self.ended is None or now < self.ended)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What somebody is at this practice, with the grants that are theirs."""

    role: Role
    grants: tuple[Grant, ...] = field(default=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """It may be done; under a grant, everything is marked with it."""

    grant: Grant | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Denied:
    """It may not be done."""


def may(standing: Standing, do: Do, what: Field, *, now: datetime) -> Allowed | Denied:
    """Whether somebody may. A grant lets look, and never change."""
    if do in RIGHTS[standing.role].get(what, frozenset()):
        return Allowed()
    if do is Do.SEE:
        for grant in standing.grants:
            if what in grant.fields and grant.holds(now):
                return Allowed(grant=grant)
    return Denied()
