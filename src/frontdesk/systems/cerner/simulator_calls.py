"""One call of the simulated API: how its path and parameters are declared, what it is asked, what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from frontdesk.standards.simulating.fhir_patch import Operation
from frontdesk.standards.simulating.fhir_search import Parameter, Search
from frontdesk.standards.simulating.fhir_values import Resource
from frontdesk.systems.cerner.simulator_domain import Domain

Parameters = Mapping[str, Parameter]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One call as its answer needs it. `body` is what is to be created, `patch` what is to be changed.

    `if_match` is the header, "" for none. `at` is the instant whose slots are shown, for the fault of stale ones.
    `scopes` are the token's.
    """

    id: str = ""
    search: Search = field(default_factory=Search)
    body: Resource = field(default_factory=dict)
    patch: Sequence[Operation] = ()
    if_match: str = ""
    at: datetime | None = None
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """What a search found, in order, and what comes along with a page of it."""

    matches: Sequence[Resource]
    included: Callable[[Sequence[Resource]], Sequence[Resource]] = lambda page: ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """One resource as it is shown."""

    resource: Resource


@dataclass(frozen=True, kw_only=True, slots=True)
class Created:
    """A resource that was made. Documented [empty-201]: 201, Location and ETag, no body."""

    resource: Resource


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A resource that was changed. Documented [empty-200]: 200 and ETag, no body."""

    resource: Resource


Answer = Listed | Read | Created | Changed


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call the facts publish, on a type, or on one resource of it where `single`.

    `usual` is how many rows a page has when `_count` is not sent. `letter` is the interaction in SMART's letters.
    """

    method: str
    type: str
    answer: Callable[[Domain, Asked], Answer]
    single: bool = False
    parameters: Parameters = field(default_factory=dict)
    usual: int = 50

    @property
    def name(self) -> str:
        """The call as faults name it, like "PATCH /Slot/{id}"."""
        return f"{self.method} /{self.type}{'/{id}' if self.single else ''}"

    @property
    def letter(self) -> str:
        """c, r, u or s."""
        return {"GET": "r" if self.single else "s", "POST": "c"}.get(self.method, "u")

    @property
    def writes(self) -> bool:
        """Whether it changes the domain."""
        return self.method != "GET"


def reading(type: str, answer: Callable[[Domain, Asked], Answer]) -> Call:
    """GET of one resource by id."""
    return Call(method="GET", type=type, answer=answer, single=True)


def searching(type: str, answer: Callable[[Domain, Asked], Answer], parameters: Parameters, *, usual: int = 50) -> Call:
    """GET of a list. Guess [usual-count]: 50 to a page where no other number is published."""
    return Call(method="GET", type=type, answer=answer, parameters=parameters, usual=usual)


def creating(type: str, answer: Callable[[Domain, Asked], Answer]) -> Call:
    """POST of a resource."""
    return Call(method="POST", type=type, answer=answer)


def patching(type: str, answer: Callable[[Domain, Asked], Answer]) -> Call:
    """PATCH of one resource."""
    return Call(method="PATCH", type=type, answer=answer, single=True)
