"""One call of the simulated API: how its path and fields are declared, what it is asked, what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from frontdesk.standards.simulating.refusals import documented, verbatim
from frontdesk.systems.opendental.simulator_office import Office, Permission
from frontdesk.systems.opendental.simulator_reading import Field, Fields, Given, number_in_query
from frontdesk.systems.opendental.simulator_rows import Row, Table

PAGING: Fields = {"Offset": Field(reads=number_in_query), "Limit": Field(reads=number_in_query)}
"""What every list takes. Documented [paging]."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One call as its answer needs it. `number` is the one in the path, 0 where there is none.

    `behind` is how far the slots lag behind the book, for the fault of a stale slot. `key` is the Customer Key.
    """

    number: int = 0
    query: Given = field(default_factory=Given)
    body: Given = field(default_factory=Given)
    behind: timedelta = timedelta(0)
    key: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a call brings back: rows, one row, or nothing. `location` is the path of what was created."""

    status: int = 200
    body: Row | Sequence[Row] | None = None
    location: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call the facts publish. `path` is below the base, with {name} for a number in it.

    `since` is the version that brought it. `body` is None for a call that takes none. A call with `writes` changes
    the office.
    """

    method: str
    path: str
    permission: Permission
    answer: Callable[[Office, Asked], Answer]
    query: Fields = field(default_factory=dict)
    body: Fields | None = None
    since: str = "21.1"

    @property
    def name(self) -> str:
        """The call as faults name it, like "PUT /appointments/{AptNum}/Break"."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether it changes the office."""
        return self.method != "GET"


def reading(
    path: str, answer: Callable[[Office, Asked], Answer], *, since: str = "21.1", query: Fields | None = None
) -> Call:
    """A GET. With `query` it gives a list, which pages; without, one row."""
    return Call(
        method="GET",
        path=path,
        permission=Permission.READ_ALL,
        answer=answer,
        since=since,
        query={} if query is None else {**PAGING, **query},
    )


def writing(
    method: str,
    path: str,
    answer: Callable[[Office, Asked], Answer],
    permission: Permission,
    *,
    body: Fields | None = None,
    since: str = "21.1",
) -> Call:
    """A POST, PUT or DELETE."""
    return Call(method=method, path=path, permission=permission, answer=answer, since=since, body=body)


def existing(table: Table, number: int, noun: str) -> Row:
    """The row with a number. Raises: Refusal, worded as published for the two kinds whose wording is."""
    row = table.get(number)
    if row is None:
        says = f"{noun} not found"
        if noun in ("Schedule", "Clinic"):
            raise verbatim("not-found-wording", 404, says)
        raise documented("not-found", 404, says)
    return row


def with_clock(office: Office, row: Row) -> Row:
    """The row with the office's wall clock first, to be sent back as the next DateTStamp. Documented [server-clock]."""
    return {"serverDateTime": office.stamp(), **row}


def without(row: Row, *columns: str) -> Mapping[str, str | int | float]:
    """The row less some columns."""
    return {name: value for name, value in row.items() if name not in columns}
