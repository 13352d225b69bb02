"""The simulated site's tables: rows in Mindbody's own words, each under its number.

A column that begins with a capital travels as it is; one in small letters is known to the site alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Row = Mapping[str, Json]
"""One row as it travels. Times are the site's wall clock without an offset, unless their name says UTC."""


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


def moment(row: Row, column: str) -> datetime:
    """A wall-clock moment of a row, without a zone."""
    return datetime.fromisoformat(text(row, column))


def written(at: datetime) -> str:
    """A wall-clock moment as Mindbody writes it. Documented [wall-clock]: no zone, no offset."""
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def written_in_utc(at: datetime) -> str:
    """A moment in UTC. Guess [utc-with-z]: whole seconds and a Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(row: Row) -> dict[str, Json]:
    """The columns of a row that travel."""
    return {name: value for name, value in row.items() if name[0].isupper()}


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
