"""The simulated practice's tables: rows under their numbers, and how days and moments are written in answers."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Scalar = str | int | bool
Row = Mapping[str, Scalar]
"""One row as the simulator keeps it: days as yyyy-mm-dd, times of day as HH:MM, instants as ISO 8601 in UTC, "" for
none."""

EASTERN = ZoneInfo("America/New_York")


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


def day_of(row: Row, column: str) -> date:
    """A day of a row."""
    return date.fromisoformat(text(row, column))


def as_date(day: str) -> str:
    """A day as athenaOne writes it, mm/dd/yyyy; "" for none. Documented [date-format]."""
    return date.fromisoformat(day).strftime("%m/%d/%Y") if day else ""


def as_stamp(instant: str) -> str:
    """An instant as rows carry it, mm/dd/yyyy hh24:mi:ss by the clock of the US east coast; "" for none.

    Documented [change-feed-is-eastern]. Guess [stamps-are-eastern]: the same holds where a row is read otherwise.
    """
    return datetime.fromisoformat(instant).astimezone(EASTERN).strftime("%m/%d/%Y %H:%M:%S") if instant else ""


def instant_of(wall: str) -> datetime:
    """The instant of an east-coast wall clock given as ISO without a zone; the earlier of two in autumn."""
    return datetime.fromisoformat(wall).replace(tzinfo=EASTERN).astimezone(UTC)


class Table:
    """The rows of one kind by their number. Numbers rise and are never given twice, not even after a row is gone."""

    def __init__(self, key: str, rows: Iterable[Row] = ()) -> None:
        self.key = key
        self._rows: dict[int, Row] = {}
        self.last = 0
        for row in rows:
            self.put(row)

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, number_: int) -> Row | None:
        """The row with this number; None when there is none."""
        return self._rows.get(number_)

    def put(self, row: Row) -> Row:
        """The row, kept under the number it carries, in place of one that had it."""
        self._rows[number(row, self.key)] = dict(row)
        self.last = max(self.last, number(row, self.key))
        return row

    def add(self, row: Row) -> Row:
        """The row with the next number."""
        return self.put({self.key: self.last + 1, **row})

    def change(self, number_: int, changes: Row) -> Row:
        """The row with some columns changed. Raises: KeyError when there is none."""
        return self.put({**self._rows[number_], **changes})

    def remove(self, number_: int) -> None:
        """Take a row out; nothing where there is none."""
        self._rows.pop(number_, None)

    def clear(self) -> None:
        """Take all rows out; the numbers go on."""
        self._rows.clear()
