"""The simulated hospital's tables: rows under their ids, and how Epic writes days, times and instants."""

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache

Scalar = str | int | bool
Row = Mapping[str, Scalar]
"""One row as the simulator keeps it: days as yyyy-mm-dd, times of day as HH:MM, instants as ISO 8601 in UTC, "" for
none. Texts with a line feed in them are several."""


def number(row: Row, column: str) -> int:
    """A whole number of a row. Raises: TypeError when the column holds something else."""
    found = row[column]
    if not isinstance(found, int) or isinstance(found, bool):
        raise TypeError(f"{column} should hold a whole number; it holds {type(found).__name__}")
    return found


def text(row: Row, column: str) -> str:
    """A text of a row. Raises: TypeError when the column holds something else."""
    found = row[column]
    if not isinstance(found, str):
        raise TypeError(f"{column} should hold text; it holds {type(found).__name__}")
    return found


def instant(row: Row, column: str) -> datetime:
    """An instant of a row, in UTC."""
    return _read(text(row, column))


@lru_cache(maxsize=100_000)
def _read(written: str) -> datetime:
    return datetime.fromisoformat(written).astimezone(UTC)


def lines(row: Row, column: str) -> list[str]:
    """The several texts of a column; [] for none."""
    return [line for line in text(row, column).split("\n") if line]


def fhir_id(kind: str, key: str) -> str:
    """The id that a row has in FHIR, the same in every run.

    Seen [fhir-ids]: long, telling capitals from small letters, with dots and hyphens. Guess [one-id-in-all-versions]:
    STU3 and R4 know a row by the same id; at a real site they may differ.
    """
    letters = base64.b64encode(hashlib.sha256(f"{kind} {key}".encode()).digest(), altchars=b".-").decode()
    return f"e{letters[:23]}3"


def slashed(day: date) -> str:
    """A day as M/D/YYYY. Seen [days-with-slashes]: so in answers of older calls."""
    return f"{day.month}/{day.day}/{day.year}"


def clock(moment: datetime) -> str:
    """A time of day as " 9:15 AM". Seen [leading-blank]: with a blank where the hour has one figure."""
    return f"{(moment.hour % 12) or 12:>2}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def slashed_day(written: str) -> date | None:
    """The day that M/D/YYYY names; None where it names none."""
    found = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", written)
    return None if found is None else _day(int(found[3]), int(found[1]), int(found[2]))


def hyphened_day(written: str) -> date | None:
    """The day that YYYY-MM-DD names; None where it names none."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", written)
    return None if found is None else _day(int(found[1]), int(found[2]), int(found[3]))


def zulu(moment: datetime) -> str:
    """An instant as FHIR answers carry it, like 2027-01-05T15:00:00Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


class Table:
    """The rows of one kind by their id. Ids that it gives rise and are never given twice."""

    def __init__(self, key: str, rows: Iterable[Row] = (), *, first: int = 1) -> None:
        self.key = key
        self._rows: dict[str, Row] = {}
        self._found: dict[tuple[str, ...], dict[tuple[Scalar, ...], list[Row]]] = {}
        self.next = first
        for row in rows:
            self.put(row)

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: str) -> Row | None:
        """The row with this id; None when there is none."""
        return self._rows.get(key)

    def put(self, row: Row) -> Row:
        """The row, kept under the id it carries, in place of one that had it."""
        key = text(row, self.key)
        self._rows[key] = dict(row)
        self._found.clear()
        if key.isdigit():
            self.next = max(self.next, int(key) + 1)
        return row

    def add(self, row: Row) -> Row:
        """The row with the next id."""
        return self.put({self.key: str(self.next), **row})

    def change(self, key: str, changes: Row) -> Row:
        """The row with some columns changed. Raises: KeyError when there is none."""
        return self.put({**self._rows[key], **changes})

    def find(self, **wanted: Scalar) -> list[Row]:
        """The rows in which these columns hold these values, in the order in which they came."""
        columns = tuple(wanted)
        if columns not in self._found:  # most tables are searched far more often than they are changed
            sorted_in: defaultdict[tuple[Scalar, ...], list[Row]] = defaultdict(list)
            for row in self._rows.values():
                sorted_in[tuple(row[name] for name in columns)].append(row)
            self._found[columns] = dict(sorted_in)
        return list(self._found[columns].get(tuple(wanted.values()), ()))

    def clear(self) -> None:
        """Take all rows out; the ids go on."""
        self._rows.clear()
        self._found.clear()
