"""Pure: where a row of the book stands, in Open Dental's own fields: what a move changes, and what takes it back."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.systems.opendental.mapping import operatory_of, pattern_of
from frontdesk.systems.opendental.numbers import Numbers
from frontdesk.wire.foreign import Foreign

_WORDS = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d), Op (\d+), ProvNum (\d+), ProvHyg (\d+), IsHygiene (true|false), "
    r"ClinicNum (\d+), ([X/]+)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Time, operatory and people of a row. `starts` is what the office's wall shows, without a zone."""

    starts: datetime
    operatory: int
    provider: int
    hygienist: int
    by_hygienist: bool
    clinic: int
    pattern: str

    @property
    def fields(self) -> dict[str, object]:
        """The fields of `PUT /appointments/{AptNum}`. An office without clinics is told of none."""
        return {
            "AptDateTime": f"{self.starts:%Y-%m-%d %H:%M:%S}",
            "Op": self.operatory,
            "ProvNum": self.provider,
            "ProvHyg": self.hygienist,
            "IsHygiene": "true" if self.by_hygienist else "false",
            "Pattern": self.pattern,
            **({"ClinicNum": self.clinic} if self.clinic else {}),
        }

    @property
    def words(self) -> str:
        """The same for a note, to be read by staff and by `place_in`."""
        return (
            f"{self.starts:%Y-%m-%d %H:%M:%S}, Op {self.operatory}, ProvNum {self.provider}, "
            f"ProvHyg {self.hygienist}, IsHygiene {'true' if self.by_hygienist else 'false'}, "
            f"ClinicNum {self.clinic}, {self.pattern}"
        )


def place(row: Foreign) -> Place:
    """Where a row of `GET /appointments` stands. Raises: Unreadable."""
    return Place(
        starts=row.wall("AptDateTime"),
        operatory=row.integer("Op"),
        provider=row.integer("ProvNum"),
        hygienist=row.integer("ProvHyg") if row.has("ProvHyg") else 0,
        by_hygienist=row.has("IsHygiene") and row.yes("IsHygiene"),
        clinic=row.integer("ClinicNum") if row.has("ClinicNum") else 0,
        pattern=row.text("Pattern"),
    )


def place_in(note: str, mark: str) -> Place | None:
    """The place that a note names behind a mark, the last one; None where none stands there or staff rewrote it.

    Line ends come back as spaces, so nothing is told by lines.
    """
    found = _WORDS.match(note.rpartition(f"{mark}: moves from ")[2])
    if found is None:
        return None
    return Place(
        starts=datetime.fromisoformat(found[1]),
        operatory=int(found[2]),
        provider=int(found[3]),
        hygienist=int(found[4]),
        by_hygienist=found[5] == "true",
        clinic=int(found[6]),
        pattern=found[7],
    )


def moved_since(note: str, mark: str) -> bool:
    """Whether another of our moves stands in a note behind that mark's own."""
    return ": moves from " in note.rpartition(f"{mark}: moves from ")[2]


def moved(before: Place, slot: Slot, *, numbers: Numbers, practice: Practice) -> Place:
    """The place of a slot, for a row that stands elsewhere. Raises: NotPermitted, Refused."""
    service = practice.service(slot.service)
    provider = numbers.practitioners[slot.practitioner]
    starts = wall(slot.during.start - service.before, practice.location(slot.location).zone)
    there = replace(
        before,
        starts=starts.replace(tzinfo=None, fold=0),
        operatory=operatory_of(slot, numbers),
        by_hygienist=provider.hygienist,
        clinic=numbers.clinics.get(slot.location, before.clinic),
        pattern=pattern_of(service, slot.during.length),
    )
    if provider.hygienist:
        return replace(there, hygienist=provider.number)
    return replace(there, provider=provider.number)
