"""One call of the simulated API: how its path and fields are declared, what it is asked, what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

from frontdesk.systems.mindbody.simulator_reading import ASKED_NUMBER, Fields, Given
from frontdesk.systems.mindbody.simulator_refusals import Code, guess, seen
from frontdesk.systems.mindbody.simulator_rows import Json, Row, Table
from frontdesk.systems.mindbody.simulator_site import Permission, Site

PAGING: Fields = {"Limit": ASKED_NUMBER, "Offset": ASKED_NUMBER}
"""What a list takes. Documented [paging]."""

DEFAULT_PAGE, LARGEST_PAGE = 100, 200


class Api(Enum):
    """Which API a call belongs to, by what its addresses begin with. Documented [base-paths]."""

    PUBLIC = ("/public/v6",)
    WEBHOOKS = ("/api/v1", "/push/api/v1")


class Token(Enum):
    """Whether a call is answered without a staff user token.

    Documented [writes-need-token]. Guess [reads-without-token]: the catalogue and the open times need none; "only a
    few reads work" is all that is published.
    """

    NEEDED = "needed"
    OPTIONAL = "optional"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One call as its answer needs it. `id` is the one in the path. `token` is its row, None where none was sent.

    `behind` is how far the open times lag behind the book, for the fault of a stale slot. `reached` is the status
    that a webhook's address gave to a HEAD request, 0 for none.
    """

    id: str = ""
    query: Given = field(default_factory=Given)
    body: Given = field(default_factory=Given)
    token: Row | None = None
    behind: timedelta = timedelta(0)
    reached: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a call brings back: an object, nothing, or under `listed` the rows of which a page is sent."""

    status: int = 200
    body: Row | None = None
    listed: str = ""
    rows: Sequence[Json] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call the facts publish. `path` is below the base, with {name} for an id in it.

    `body` is None for a call that takes none. A call with `writes` changes the site. One that `probes` has the
    address of a webhook asked by HEAD first.
    """

    method: str
    path: str
    answer: Callable[[Site, Asked], Answer]
    api: Api = Api.PUBLIC
    token: Token = Token.NEEDED
    needs: frozenset[Permission] = frozenset()
    query: Fields = field(default_factory=dict)
    body: Fields | None = None
    probes: bool = False

    @property
    def name(self) -> str:
        """The call as faults name it, like "POST /appointment/addappointment"."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether it changes the site."""
        return self.method != "GET"


def listing(
    path: str,
    answer: Callable[[Site, Asked], Answer],
    *needs: Permission,
    query: Fields | None = None,
    token: Token = Token.NEEDED,
) -> Call:
    """A GET that pages."""
    return Call(
        method="GET", path=path, answer=answer, needs=frozenset(needs), token=token, query={**PAGING, **(query or {})}
    )


def reading(
    path: str,
    answer: Callable[[Site, Asked], Answer],
    *needs: Permission,
    query: Fields | None = None,
    token: Token = Token.NEEDED,
) -> Call:
    """A GET that gives all at once."""
    return Call(method="GET", path=path, answer=answer, needs=frozenset(needs), token=token, query=query or {})


def posting(path: str, answer: Callable[[Site, Asked], Answer], *needs: Permission, body: Fields) -> Call:
    """A POST."""
    return Call(method="POST", path=path, answer=answer, needs=frozenset(needs), body=body)


def deleting(path: str, answer: Callable[[Site, Asked], Answer], *needs: Permission, query: Fields) -> Call:
    """A DELETE, which names what goes in its query."""
    return Call(method="DELETE", path=path, answer=answer, needs=frozenset(needs), query=query)


def page_of(answer: Answer, query: Given) -> Row:
    """One page of a list. Documented [paging]: Limit is 100 unless sent, and 200 at most; Offset counts rows.

    Guess [limit-is-capped]: a Limit above 200 is 200, and said to have been that.
    """
    limit, offset = query.number("Limit"), query.number("Offset") or 0
    size = DEFAULT_PAGE if limit is None else min(limit, LARGEST_PAGE)
    if size < 1 or offset < 0:
        raise guess("page-out-of-range", Code.INVALID_PARAMETER, "Limit must be positive, and Offset not negative.")
    rows = list(answer.rows[offset : offset + size])
    paging: Row = {
        "RequestedLimit": size,
        "RequestedOffset": offset,
        "PageSize": len(rows),
        "TotalResults": len(answer.rows),
    }
    return {"PaginationResponse": paging, answer.listed: rows}


def existing(table: Table, key: int | None, code: Code, noun: str) -> Row:
    """The row with a number. Raises: Declined, with the code of its kind. Guess [code-of-the-missing]."""
    row = table.get(key)
    if row is None:
        raise guess("code-of-the-missing", code, f"{noun} {key} does not exist.")
    return row


def client_by_id(site: Site, client: str | None) -> Row:
    """The client with this RSSID. Raises: Declined."""
    for row in site.clients:
        if row["Id"] == client:
            return row
    raise seen("client-not-found", Code.CLIENT_NOT_FOUND, f"Client {client} does not exist.")


def client_asked(site: Site, query: Given) -> Row:
    """Whom a list is about. Documented [unique-id-first]: by UniqueClientId, else by ClientId."""
    unique = query.number("UniqueClientId")
    if unique is not None:
        return existing(site.clients, unique, Code.CLIENT_NOT_FOUND, "Client")
    if "ClientId" not in query:
        raise guess("client-needed", Code.MISSING_REQUIRED_FIELDS, "ClientId or UniqueClientId is required.")
    return client_by_id(site, query.text("ClientId"))


def days_asked(site: Site, query: Given) -> tuple[date, date]:
    """The first and last day of a range. Documented [today-by-default]: from today, and to the day it begins."""
    first = query.day("StartDate") or site.wall().date()
    last = query.day("EndDate") or first
    if last < first:
        raise guess("days-the-wrong-way", Code.INVALID_PARAMETER, "EndDate must not be before StartDate.")
    return first, last


def staff_name(row: Row) -> Mapping[str, Json]:
    """A staff member as a row of something else names them."""
    return {name: row[name] for name in ("Id", "FirstName", "LastName", "DisplayName")}


def is_one_of(value: Json, wanted: Sequence[Json] | None) -> bool:
    """Whether a value is asked for: among those named, or none was named."""
    return wanted is None or value in wanted


def staff_id_of(asked: Asked) -> int:
    """Who signed in; 0 for the owner, or nobody."""
    staff = asked.token["staff"] if asked.token else 0
    return staff if isinstance(staff, int) else 0
