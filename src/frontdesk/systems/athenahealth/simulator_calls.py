"""One call of the simulated API: how its path and fields are declared, what it is asked, what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from frontdesk.systems.athenahealth.simulator_practice import Practice, Rollout
from frontdesk.systems.athenahealth.simulator_reading import Fields, Given, a_number


class Surface(Enum):
    """Where a call lies: `/v1/{practiceid}`, `/fhir/r4` or `/oauth2/v1`."""

    REST = "/v1"
    FHIR = "/fhir/r4"
    OAUTH = "/oauth2/v1"


PAGING: Fields = {"limit": a_number, "offset": a_number}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One call as its answer needs it. `ids` are those in the path, in order.

    `behind` is how far the slots lag behind the book, for the fault of a stale slot. `body` is JSON, for FHIR alone.
    `secret` is the header that signs what a subscription sends.
    """

    ids: tuple[str, ...] = ()
    given: Given = field(default_factory=Given)
    behind: timedelta = timedelta(0)
    body: Mapping[str, object] = field(default_factory=dict)
    secret: str = ""

    @property
    def number(self) -> int:
        """The first number in the path."""
        return int(self.ids[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """A list that pages: all its rows, and the plural under which they go out."""

    plural: str
    rows: Sequence[object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a call brings back: a list that pages, or JSON as it is; None is an empty body."""

    body: object | Rows = None
    status: int = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call the facts publish. `path` is below its surface, with {name} for a number in it.

    `largest` is what `limit` may be and `usual` what it is when it is not sent, on lists that page. `rollout` is the
    setting a production practice must have switched on. `scope` is what the token must hold.
    """

    method: str
    path: str
    answer: Callable[[Practice, Asked], Answer]
    fields: Fields = field(default_factory=dict)
    surface: Surface = Surface.REST
    rollout: Rollout | None = None
    scope: str = "athena/service/Athenanet.MDP.*"
    usual: int = 1500
    largest: int = 5000

    @property
    def name(self) -> str:
        """The call as faults name it, like "PUT /appointments/{appointmentid}/cancel"."""
        return f"{self.method} {'' if self.surface is Surface.REST else self.surface.value}{self.path}"

    @property
    def writes(self) -> bool:
        """Whether it changes the practice; reading the queue of changes does."""
        return self.method != "GET" or self.path.endswith("/changed")


def reading(
    path: str,
    answer: Callable[[Practice, Asked], Answer],
    fields: Fields | None = None,
    *,
    rollout: Rollout | None = None,
) -> Call:
    """A GET that does not page."""
    return Call(method="GET", path=path, answer=answer, fields=fields or {}, rollout=rollout)


def listing(
    path: str,
    answer: Callable[[Practice, Asked], Answer],
    fields: Fields | None = None,
    *,
    rollout: Rollout | None = None,
) -> Call:
    """A GET that pages. Documented [paging]: 1500 rows unless asked otherwise, 5000 at most."""
    return Call(method="GET", path=path, answer=answer, fields={**PAGING, **(fields or {})}, rollout=rollout)


def writing(
    method: str,
    path: str,
    answer: Callable[[Practice, Asked], Answer],
    fields: Fields | None = None,
    *,
    rollout: Rollout | None = None,
) -> Call:
    """A POST, PUT or DELETE with a form."""
    return Call(method=method, path=path, answer=answer, fields=fields or {}, rollout=rollout)
