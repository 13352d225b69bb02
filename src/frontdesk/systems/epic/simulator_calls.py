"""One call of the simulated interfaces: how its path and fields are declared, what it is asked, what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from frontdesk.standards.simulating.fhir_search import Parameter, Search
from frontdesk.standards.simulating.fhir_values import Json, Resource
from frontdesk.systems.epic.simulator_hospital import Hospital
from frontdesk.systems.epic.simulator_reading import Given, Shape
from frontdesk.systems.epic.simulator_visits import Place


class Surface(Enum):
    """Where a call lies, below host and instance. Documented [base-url]."""

    STU3 = "/api/FHIR/STU3"
    R4 = "/api/FHIR/R4"
    LAYER2 = "/api/epic"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One call as its answer needs it. `resource_kind` is FHIR's type in the path, `id` the id there.

    `query` is as it was sent, less what is empty. `behind` is how far the open times lag behind the book, for the fault
    of a stale slot. `search` and `resource` are for FHIR, `address` and `given` for layer 2: what stands in the query
    and in the body.
    """

    surface: Surface
    resource_kind: str = ""
    id: str = ""
    query: str = ""
    behind: timedelta = timedelta(0)
    search: Search = field(default_factory=Search)
    resource: Resource = field(default_factory=dict)
    address: Given = field(default_factory=Given)
    given: Given = field(default_factory=Given)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a call brings back; None is an empty body."""

    body: Json | Mapping[str, object] = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answers = Callable[[Hospital, Asked], Answer]


def _nowhere(_hospital: Hospital, _asked: Asked) -> Place | None:
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call that is played. `path` is below its surface, with {id} for an id in it.

    `scope` is what the client must be granted. `parameters` are those of a search, `address` the fields of layer 2 in
    the query, `body` those in the body; None where it takes no body. `takes` is the time that a booking is after.
    """

    method: str
    path: str
    answer: Answers
    surface: Surface
    scope: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    address: Shape = field(default_factory=dict)
    body: Shape | None = None
    takes: Callable[[Hospital, Asked], Place | None] = _nowhere
    writes: bool = False

    @property
    def name(self) -> str:
        """The call as faults name it, like "POST /FHIR/STU3/Appointment/$find"."""
        return f"{self.method} {self.surface.value.removeprefix('/api')}{self.path}"


def asking(path: str, answer: Answers, body: Shape, scope: str = "Scheduling.read") -> Call:
    """A call of layer 2 that reads. Seen [layer-2-is-posted]: reading is a POST too."""
    return Call(method="POST", path=path, answer=answer, surface=Surface.LAYER2, scope=scope, body=body)


def acting(path: str, answer: Answers, body: Shape, scope: str = "Scheduling.write") -> Call:
    """A call of layer 2 that changes something."""
    return Call(method="POST", path=path, answer=answer, surface=Surface.LAYER2, scope=scope, body=body, writes=True)
