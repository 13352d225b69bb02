"""The simulated practice's tables: rows in the product's own words, each under its number, and its ways with times.

Moments are kept as the server's wall clock, `2026-05-12T09:30:00`, "" for none. What travels is text, all of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Row = Mapping[str, Json]
"""One row as it is kept."""

Shown = Mapping[str, str]
"""One row as it travels. Documented [all-text]."""


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


def yes(row: Row, column: str) -> bool:
    """Whether a column is true; an absent one is not."""
    return row.get(column) is True


def numbers(row: Row, column: str) -> list[int]:
    """The whole numbers of a list; [] where the column is absent."""
    found = row.get(column, ())
    return [one for one in found if isinstance(one, int)] if isinstance(found, list | tuple) else []


def shown(row: Row, columns: Sequence[str]) -> dict[str, str]:
    """These columns as they travel. Guess [empty-value]: what is not known is an empty text, never absent."""
    return {name: as_text(row.get(name)) for name in columns}


def as_text(value: Json) -> str:
    """A value as it travels. Guess [yes-as-y]: a boolean is Y or N."""
    match value:
        case None:
            return ""
        case bool():
            return "Y" if value else "N"
        case _:
            return str(value)


def stored(at: datetime) -> str:
    """A wall-clock moment as rows keep it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def day_first(day: str) -> str:
    """A birth date `1950-05-01` as `01-May-1950`; "" stays. Seen [four-formats]."""
    return date.fromisoformat(day).strftime("%d-%b-%Y") if day else ""


def slashed(day: str) -> str:
    """A day as `05/12/2026`; "" stays. Seen [four-formats]."""
    return date.fromisoformat(day[:10]).strftime("%m/%d/%Y") if day else ""


def long_moment(at: str) -> str:
    """A moment as `7/6/2015 9:00:00 AM`; "" stays. Seen [four-formats]."""
    if not at:
        return ""
    when = datetime.fromisoformat(at)
    return f"{when.month}/{when.day}/{when.year} {when.hour % 12 or 12}:{when:%M:%S %p}"


def short_moment(at: str) -> str:
    """A moment as `05/12/2026 09:30AM`; "" stays. Seen [four-formats]."""
    return datetime.fromisoformat(at).strftime("%m/%d/%Y %I:%M%p") if at else ""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Stretch:
    """A stretch of the wall clock, [start, end)."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Stretch") -> bool:
        """Whether the two have a moment in common."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Stretch") -> bool:
        """Whether the other lies within."""
        return self.start <= other.start and other.end <= self.end


def during(row: Row) -> Stretch:
    """From `start`, for so many `minutes`, of a visit, hours or a block."""
    start = datetime.fromisoformat(text(row, "start"))
    return Stretch(start=start, end=start + timedelta(minutes=number(row, "minutes")))


class Table:
    """The rows of one kind by their number. Numbers rise and are never given twice, not even after a row is gone."""

    def __init__(self, key: str, rows: Iterable[Row] = (), *, first: int = 1) -> None:
        self.key = key
        self._rows: dict[int, Row] = {}
        self.last = first - 1
        for row in rows:
            self.put(row)

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: int | None) -> Row | None:
        """The row with this number; None when there is none."""
        return None if key is None else self._rows.get(key)

    def at(self, key: int) -> Row:
        """The row with this number. Raises: KeyError when there is none."""
        return self._rows[key]

    def put(self, row: Row) -> Row:
        """The row, kept under the number it carries, in place of one that had it."""
        self._rows[number(row, self.key)] = dict(row)
        self.last = max(self.last, number(row, self.key))
        return row

    def add(self, row: Row) -> Row:
        """The row with the next number."""
        return self.put({self.key: self.last + 1, **row})

    def change(self, key: int, changes: Row) -> Row:
        """The row with some columns changed. Raises: KeyError when there is none."""
        return self.put({**self._rows[key], **changes})

    def remove(self, key: int) -> None:
        """Take a row out, if it is there."""
        self._rows.pop(key, None)

    def clear(self) -> None:
        """Take every row out; the numbers go on."""
        self._rows.clear()
