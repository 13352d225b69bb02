"""The simulated practice's tables: rows under their numbers, and how their columns are read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Row = Mapping[str, Json]
"""One row. Instants are in UTC, "2026-03-03T15:00:00+00:00"; days are "2026-03-03"."""


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


def instant(row: Row, column: str) -> datetime:
    """An instant of a row, in UTC."""
    return datetime.fromisoformat(text(row, column)).astimezone(UTC)


class Table:
    """The rows of one kind by their number. Numbers rise and are never given twice, not even after a row is gone."""

    def __init__(self, rows: Iterable[Row] = (), *, first: int = 1, step: int = 1) -> None:
        self._rows: dict[int, Row] = {}
        self._step = step
        self.last = first - step
        for row in rows:
            self.put(row)

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, key: int | None) -> Row | None:
        """The row with this number; None when there is none."""
        return None if key is None else self._rows.get(key)

    @property
    def next(self) -> int:
        """The number that the next new row gets."""
        return self.last + self._step

    def put(self, row: Row) -> Row:
        """The row, kept under the number it carries, in place of one that had it."""
        self._rows[number(row, "id")] = dict(row)
        self.last = max(self.last, number(row, "id"))
        return row

    def add(self, row: Row) -> Row:
        """The row with the next number."""
        return self.put({"id": self.next, **row})

    def change(self, key: int, changes: Row) -> Row:
        """The row with some columns changed. Raises: KeyError when there is none."""
        return self.put({**self._rows[key], **changes})

    def remove(self, key: int) -> None:
        """Take a row out, if it is there."""
        self._rows.pop(key, None)

    def clear(self) -> None:
        """Take every row out; the numbers go on."""
        self._rows.clear()


def existing(table: Table, key: int, kind: str) -> Row:
    """The row with this number. Raises: LookupError when there is none."""
    row = table.get(key)
    if row is None:
        raise LookupError(f"there is no {kind} {key}")
    return row
