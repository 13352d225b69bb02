"""The simulated office's tables: rows in Open Dental's own words, each under its number."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

Scalar = str | int | float
Row = Mapping[str, Scalar]
"""One row as it travels: numbers as numbers, all else as text. Times are the office's wall clock, without an offset."""

NO_DATE = "0001-01-01"
NO_TIME = "0001-01-01 00:00:00"
"""How Open Dental writes that there is none. Documented [null-dates]."""

STAMP = "DateTStamp"


def number(row: Row, column: str) -> int:
    """A whole number of a row. Raises: TypeError when the column holds something else."""
    found = row[column]
    if not isinstance(found, int):
        raise TypeError(f"{column} should hold a whole number; it holds {type(found).__name__}")
    return found


def text(row: Row, column: str) -> str:
    """A text of a row. Raises: TypeError when the column holds something else."""
    found = row[column]
    if not isinstance(found, str):
        raise TypeError(f"{column} should hold text; it holds {type(found).__name__}")
    return found


def written(moment: datetime) -> str:
    """A wall-clock moment as Open Dental writes it, to the second. Documented [time-format]."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def moment(row: Row, column: str) -> datetime:
    """A wall-clock moment of a row, without a zone, as the office's database keeps it."""
    return datetime.fromisoformat(text(row, column))


def day(row: Row, column: str) -> date:
    """A day of a row; of a moment, the day it lies on."""
    return date.fromisoformat(text(row, column)[:10])


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
        """The row with the next number, which comes first as in Open Dental's answers."""
        return self.put({self.key: self.last + 1, **row})

    def remove(self, number_: int) -> Row | None:
        """The row that is now gone; None when there was none."""
        return self._rows.pop(number_, None)
