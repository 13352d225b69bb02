"""The QueryString of the lists of appointments: comparisons joined by AND and OR, with parentheses.

Documented [query-language]: `= < <= > >=`, IS NULL, IS NOT NULL, AND, OR; strings in single quotes, case matters.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from frontdesk.systems.boulevard.simulator_refusals import Code, Declined, guess
from frontdesk.systems.boulevard.simulator_rows import Json, Row, rows_in, text

Test = Callable[[Row], bool]
"""Whether a row is wanted."""

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<sign><=|>=|=|<|>|\(|\))|(?P<word>[A-Za-z]+)|(?P<number>-?\d+(?:\.\d+)?))"
)


class Kind(Enum):
    """What a field is compared with."""

    ID = "Id"
    TIME = "DateTime"
    YES_OR_NO = "Boolean"


ADMIN_FIELDS = {
    "id": Kind.ID,
    "startAt": Kind.TIME,
    "createdAt": Kind.TIME,
    "cancelled": Kind.YES_OR_NO,
    "staffId": Kind.ID,
}
"""Seen [admin-filters]: these and no other; there is no endAt and no updatedAt."""

CLIENT_FIELDS = {
    "cancelled": Kind.YES_OR_NO,
    "locationId": Kind.ID,
    "staffId": Kind.ID,
    "startAt": Kind.TIME,
}
"""Documented [client-filters]."""


@dataclass(kw_only=True, slots=True)
class _Reading:
    tokens: Sequence[tuple[str, str]]
    fields: Mapping[str, Kind]
    place: int = 0

    def next(self) -> tuple[str, str]:
        token = self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")
        self.place += 1
        return token

    def took(self, kind: str, value: str) -> bool:
        if self.place < len(self.tokens) and self.tokens[self.place] == (kind, value):
            self.place += 1
            return True
        return False

    def any_of(self) -> Test:
        tests = [self.all_of()]
        while self.took("word", "OR"):
            tests.append(self.all_of())
        return lambda row: any(test(row) for test in tests)

    def all_of(self) -> Test:
        tests = [self.one()]
        while self.took("word", "AND"):
            tests.append(self.one())
        return lambda row: all(test(row) for test in tests)

    def one(self) -> Test:
        if self.took("sign", "("):
            inner = self.any_of()
            if not self.took("sign", ")"):
                raise unread("a parenthesis is not closed")
            return inner
        kind, name = self.next()
        if kind != "word" or name not in self.fields:
            raise guess("query-field", Code.INVALID, f"'{name}' is no field that can be queried here.")
        if self.took("word", "IS"):
            negated = self.took("word", "NOT")
            if not self.took("word", "NULL"):
                raise unread("IS stands before NULL or NOT NULL")
            return lambda row: bool(values(row, name)) is negated
        kind, sign = self.next()
        if kind != "sign" or sign in "()":
            raise unread(f"{name} is followed by no comparison")
        wanted = self.value(self.fields[name])
        if self.fields[name] is not Kind.TIME and sign != "=":
            raise guess("query-comparison", Code.INVALID, f"{name} can be compared by = only.")
        return lambda row: any(COMPARES[sign](_comparable(one, self.fields[name]), wanted) for one in values(row, name))

    def value(self, kind: Kind) -> "Comparable":
        form, written = self.next()
        match kind, form:
            case (Kind.YES_OR_NO, "word") if written in ("true", "false"):
                return written
            case (Kind.ID, "text"):
                return _plain(written)
            case (Kind.TIME, "text"):
                return _time(_plain(written))
            case _:
                raise guess("query-value", Code.INVALID, f"{written or 'nothing'} is no {kind.value}.")


Comparable = str | datetime
COMPARES: Mapping[str, Callable[[Comparable, Comparable], bool]] = {
    "=": lambda one, other: one == other,
    "<": lambda one, other: _order(one) < _order(other),
    "<=": lambda one, other: _order(one) <= _order(other),
    ">": lambda one, other: _order(one) > _order(other),
    ">=": lambda one, other: _order(one) >= _order(other),
}


def wanted(query: str | None, fields: Mapping[str, Kind]) -> Test:
    """Whether a row fits a query; every row fits none. Raises: Declined where it cannot be read."""
    if query is None:
        return lambda row: True
    reading = _Reading(tokens=_tokens(query), fields=fields)
    test = reading.any_of()
    if reading.place != len(reading.tokens):
        raise unread("there is more after its end")
    return test


def unread(why: str) -> Declined:
    """Guess [query-unread]: a query that cannot be read is an error, and finds not simply nothing."""
    return guess("query-unread", Code.INVALID, f"The query cannot be read: {why}.")


def values(row: Row, name: str) -> list[Json]:
    """What a row has under a field. Guess [staff-of-any-service]: staffId is that of any service of the visit."""
    if name == "staffId":
        return [one["staffId"] for one in rows_in(row, "appointmentServices")]
    return [] if row[name] is None else [row[name]]


def _tokens(query: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while query[place:].strip():
        token = TOKEN.match(query, place)
        if token is None or token.lastgroup is None:
            raise unread(f"what begins at character {place + 1} is nothing it knows")
        found.append((token.lastgroup, token.group(token.lastgroup)))
        place = token.end()
    return found


def _plain(quoted: str) -> str:
    """Seen [quotes-escaped]: a backslash stands before a quote inside a value."""
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])


def _time(written: str) -> datetime:
    """Guess [query-time-in-utc]: without an offset it is UTC. Guess [query-day]: a day alone is its midnight."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise guess("query-value", Code.INVALID, "That is no DateTime.") from None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _comparable(value: Json, kind: Kind) -> Comparable:
    if kind is Kind.TIME:
        return _time(text({"at": value}, "at"))
    return str(value).lower() if kind is Kind.YES_OR_NO else str(value)


def _order(value: Comparable) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError("only times have an order here")
    return value
