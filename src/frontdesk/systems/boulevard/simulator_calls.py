"""The shape of a field's answer: who asks, what is given, and how a list is paged."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from frontdesk.systems.boulevard.simulator_business import Business
from frontdesk.systems.boulevard.simulator_refusals import Code, documented, guess
from frontdesk.systems.boulevard.simulator_rows import Json, Row, text

DEFAULT_PAGE = 100


class Api(Enum):
    """Which of the two APIs is asked, by the name that calls have here."""

    ADMIN = "admin"
    CLIENT = "client"


Notice = Callable[[str, Row], None]
"""Hears of a mutation: its field, and its input."""


def unheard(field: str, asked: Row) -> None:
    """Nothing comes of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks, and of which business. `client` is the id of a known client; "" for a guest, and for the Admin API.

    `behind` is how far the open times lag behind the book, for the fault of a stale slot. `before` and `after` hear of
    each mutation as it is carried out.
    """

    business: Business
    api: Api
    client: str = ""
    behind: timedelta = timedelta(0)
    before: Notice = unheard
    after: Notice = unheard

    def known(self) -> str:
        """The client's id. Documented [guests-see-little]. Raises: Declined for a guest."""
        if not self.client:
            raise documented("guests-see-little", Code.UNAUTHENTICATED, "Unauthenticated")
        return self.client


Answer = Callable[[Caller, Row, Row], Json]
"""What a field gives: for a caller, from the row it stands in, with its arguments."""

Fields = Mapping[str, Answer]
"""Answers under "Type.field"; a field without one is the column of its name."""


def given(arguments: Row) -> Row:
    """The input of a mutation."""
    found = arguments["input"]
    return found if isinstance(found, Mapping) else {}


def page(caller: Caller, rows: Sequence[Row], arguments: Row) -> Row:
    """One page as a Relay connection. Documented [relay-paging]: `first` and `after`, or `last` and `before`.

    Guess [page-size]: 100 where nothing is said. Guess [cursors]: a cursor names a row, and stays good while the row
    is in the list.
    """
    first, last = _count(arguments, "first"), _count(arguments, "last")
    if first is not None and last is not None:
        raise guess("one-way-at-a-time", Code.INVALID, "Use either first or last.")
    ids = [text(row, "id") for row in rows]
    start = _place(ids, arguments.get("after")) + 1 if arguments.get("after") is not None else 0
    end = _place(ids, arguments.get("before")) if arguments.get("before") is not None else len(rows)
    if last is not None:
        start = max(start, end - last)
    else:
        end = min(end, start + (DEFAULT_PAGE if first is None else first))
    edges: list[Json] = [{"cursor": _cursor(text(row, "id")), "node": row} for row in rows[start:end]]
    info: Row = {
        "hasNextPage": end < len(rows),
        "hasPreviousPage": start > 0,
        "startCursor": _cursor(ids[start]) if edges else None,
        "endCursor": _cursor(ids[end - 1]) if edges else None,
    }
    return {"edges": [*edges, None] if caller.business.world.holes else edges, "pageInfo": info}


def _count(arguments: Row, name: str) -> int | None:
    count = arguments.get(name)
    if not isinstance(count, int):
        return None
    if count < 0:
        raise guess("page-out-of-range", Code.INVALID, f"{name} must not be negative.")
    return count


def _cursor(id: str) -> str:
    return base64.urlsafe_b64encode(f"cursor:{id}".encode()).decode()


def _place(ids: Sequence[str], cursor: Json) -> int:
    for place, id in enumerate(ids):
        if _cursor(id) == cursor:
            return place
    raise guess("cursor-unknown", Code.INVALID, "The cursor names nothing in this list.")
