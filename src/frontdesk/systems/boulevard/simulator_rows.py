"""The simulated business's tables: rows in Boulevard's own words, each under its URN."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Row = Mapping[str, Json]
"""One row. Its times are in UTC, as ISO 8601 with a Z; columns the API's schema does not name never travel."""

KINDS = (
    *("Business", "Location", "Staff", "Service", "ServiceCategory", "StaffRole", "Resource", "Client", "Appointment"),
    *("Timeblock", "Cart", "Booking", "BookingClient", "BookingService", "Webhook", "WebhookSubscription", "Message"),
    *("ClientNote", "WaitlistEntry", "Tag", "Shift", "AppointmentService", "ApiApplication", "CartItem"),
)
"""What has an id. Documented [urns]: `urn:blvd:<Type>:<uuid>`."""


def urn(kind: str, number: int) -> str:
    """The id of the n-th thing of a kind, readable for people. Raises: ValueError for an unknown kind."""
    return f"urn:blvd:{kind}:{KINDS.index(kind) + 1:08}-0000-4000-8000-{number:012}"


def uuid_of(id: str) -> str:
    """An id without its prefix."""
    return id.rpartition(":")[2]


def number_of(id: str) -> int:
    """Which of its kind an id made by `urn` is."""
    return int(id[-12:])


def text(row: Row, column: str) -> str:
    """A text of a row. Raises: TypeError when the column holds something else."""
    found = row[column]
    if not isinstance(found, str):
        raise TypeError(f"{column} should hold text; it holds {type(found).__name__}")
    return found


def words(row: Row, column: str) -> str | None:
    """A text of a row that may be absent or null."""
    return text(row, column) if row.get(column) is not None else None


def number(row: Row, column: str) -> int:
    """A whole number of a row. Raises: TypeError when the column holds something else."""
    found = row[column]
    if not isinstance(found, int) or isinstance(found, bool):
        raise TypeError(f"{column} should hold a whole number; it holds {type(found).__name__}")
    return found


def yes(row: Row, column: str) -> bool:
    """Whether a column is true; an absent one is not."""
    return row.get(column) is True


def rows_in(row: Row, column: str) -> list[Row]:
    """The rows inside a row; [] where the column is absent or null."""
    found = row.get(column) or ()
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []


def row_in(row: Row, column: str) -> Row | None:
    """The row inside a row; None where there is none."""
    found = row.get(column)
    return found if isinstance(found, Mapping) else None


def texts(row: Row, column: str) -> list[str]:
    """The texts of a list; [] where the column is absent or null."""
    found = row.get(column) or ()
    return [one for one in found if isinstance(one, str)] if isinstance(found, list | tuple) else []


def moment(row: Row, column: str) -> datetime:
    """An instant of a row, in UTC."""
    return datetime.fromisoformat(text(row, column)).astimezone(UTC)


def written(at: datetime) -> str:
    """An instant as Boulevard writes it. Documented [times-in-utc]. Guess [whole-seconds]: in seconds, with a Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Table:
    """The rows of one kind by their id. Ids count up and are never given twice, not even after a row is gone."""

    def __init__(self, kind: str, rows: Iterable[Row] = ()) -> None:
        self.kind = kind
        self._rows: dict[str, Row] = {}
        self.last = 0
        for row in rows:
            self.put(row)

    def __iter__(self) -> Iterator[Row]:
        return iter(list(self._rows.values()))

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, id: str | None) -> Row | None:
        """The row with this id; None when there is none."""
        return None if id is None else self._rows.get(id)

    def put(self, row: Row) -> Row:
        """The row, kept under the id it carries, in place of one that had it."""
        id = text(row, "id")
        self._rows[id] = dict(row)
        self.last = max(self.last, number_of(id))
        return row

    def add(self, row: Row) -> Row:
        """The row with the next id."""
        return self.put({"id": urn(self.kind, self.last + 1), **row})

    def change(self, id: str, changes: Row) -> Row:
        """The row with some columns changed. Raises: KeyError when there is none."""
        return self.put({**self._rows[id], **changes})

    def remove(self, id: str) -> None:
        """Take a row out, if it is there."""
        self._rows.pop(id, None)

    def clear(self) -> None:
        """Take every row out; the ids go on."""
        self._rows.clear()
