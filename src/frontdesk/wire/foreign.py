"""Somebody else's JSON, read with checks, once: what is not as promised is reported with its row, never guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from frontdesk.domain.time import instant
from frontdesk.ports.faults import Refused

T = TypeVar("T")

_PLAIN_WORD = re.compile(r"[A-Za-z][A-Za-z _-]{0,30}")
_YES_NO = {"true": True, "false": False}


class Unreadable(Refused):
    """A row holds something we do not understand. `row` and `field` say where; asking again brings it again."""

    def __init__(self, row: str, field: str, says: str) -> None:
        super().__init__(f"{row}: {field} {says}. Report this to whoever keeps the connector.")
        self.row = row
        self.field = field


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreign:
    """One row as it came. `row` names it in a report: what it is and its number, such as "appointment 9021"."""

    row: str
    fields: Mapping[str, object] = field(repr=False)

    @staticmethod
    def of(raw: object, *, what: str, id: str) -> "Foreign":
        """The row in an answer; `id` is the field that holds its number. Raises: Unreadable."""
        if not isinstance(raw, dict):
            raise Unreadable(what, "the row", f"is {_kind(raw)}, and fields were wanted")
        number = raw.get(id)
        named = f"{what} {number}" if isinstance(number, str | int) and str(number).isdecimal() else what
        return Foreign(row=named, fields=raw)

    @staticmethod
    def list_of(raw: object, *, what: str, id: str) -> list["Foreign"]:
        """The rows in an answer. Raises: Unreadable."""
        if not isinstance(raw, list):
            raise Unreadable(what, "the list", f"is {_kind(raw)}")
        return [Foreign.of(one, what=what, id=id) for one in raw]

    def has(self, key: str) -> bool:
        """Whether the field is there and holds something: an older version may not send it at all."""
        return self.fields.get(key) not in (None, "")

    def text(self, key: str) -> str:
        """The text of a field, "" too."""
        value = self.fields.get(key)
        if not isinstance(value, str):
            raise self._unreadable(key, f"is {_kind(value)}, and text was wanted")
        return value

    def integer(self, key: str) -> int:
        """The whole number of a field, written as a number or as its digits."""
        value = self.fields.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,19}", value):
            return int(value)
        raise self._unreadable(key, f"is {_kind(value)}, and a whole number was wanted")

    def integers(self, key: str) -> tuple[int, ...]:
        """The whole numbers of a text such as "5,6"; () where it is empty."""
        parts = [part.strip() for part in self.text(key).split(",") if part.strip()]
        if not all(re.fullmatch(r"[0-9]{1,19}", part) for part in parts):
            raise self._unreadable(key, "is not a list of whole numbers with commas between")
        return tuple(map(int, parts))

    def yes(self, key: str) -> bool:
        """A yes or no, written as JSON's own or as the word, in capitals or not."""
        value = self.fields.get(key)
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in _YES_NO:
            return _YES_NO[value.lower()]
        raise self._unreadable(key, f"is {_kind(value)}, and true or false was wanted")

    def word(self, key: str, words: Mapping[str, T]) -> T:
        """What a word stands for; one that is not in the table is reported."""
        value = self.text(key)
        if value not in words:
            found = f'"{value}"' if _PLAIN_WORD.fullmatch(value) else f"a text of {len(value)} letters"
            raise self._unreadable(key, f"is {found}; the words known are {', '.join(words)}")
        return words[value]

    def day(self, key: str) -> date:
        """A day, from "2026-03-09" or from a date and time."""
        try:
            return datetime.fromisoformat(self.text(key)).date()
        except ValueError:
            raise self._unreadable(key, "is no date such as 2026-03-09") from None

    def clock(self, key: str) -> time:
        """What a clock on the wall shows, from "08:30:00"."""
        try:
            return _naive(time.fromisoformat(self.text(key)))
        except ValueError:
            raise self._unreadable(key, "is no time of day such as 08:30:00") from None

    def wall(self, key: str) -> datetime:
        """A date and time as the wall showed it, without a zone, from "2026-03-09 08:30:00"."""
        try:
            return _naive(datetime.fromisoformat(self.text(key)))
        except ValueError:
            raise self._unreadable(key, "is no date and time without a zone such as 2026-03-09 08:30:00") from None

    def wall_time(self, key: str, zone: ZoneInfo) -> datetime:
        """The UTC instant of a date and time on the wall of a zone. One that is shown twice is its first showing."""
        shown = self.wall(key)
        return instant(shown.date(), shown.time(), zone)

    def _unreadable(self, key: str, says: str) -> Unreadable:
        return Unreadable(self.row, key, says if key in self.fields else "is missing")


Shown = TypeVar("Shown", datetime, time)


def _naive(shown: Shown) -> Shown:
    if shown.tzinfo is not None:
        raise ValueError("a zone was given")
    return shown


def _kind(value: object) -> str:
    """What a value is, without showing it: it may be a patient's."""
    match value:
        case None:
            return "empty"
        case bool():
            return "a yes or no"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return f"a list of {len(value)}"
        case _:
            return "a row of fields"
