"""Pure: what the practice's own lists say, by which the words in a row of the schedule are known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from frontdesk.ports.catalogue import Catalogue, Listed, ListedService
from frontdesk.systems.allscripts.times import day_of
from frontdesk.wire.foreign import Foreign

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """A bookable column. `practitioner` is "" for a room or a device."""

    number: str
    abbreviation: str
    practitioner: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A scheduling location, with the names by which rows may call it, in small letters."""

    number: str
    abbreviation: str
    name: str
    names: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """An appointment type. `length` None: the list does not say."""

    abbreviation: str
    name: str
    length: timedelta | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Directory:
    """The lists together. A name that several things bear tells none of them."""

    resources: tuple[Resource, ...]
    places: tuple[Place, ...]
    kinds: tuple[Kind, ...]

    def columns_of(self, *, number: str = "", practitioner: str = "", name: str = "") -> tuple[str, ...]:
        """The abbreviations of the resources that a row may mean: one where it can be told, none where nothing fits.

        A practitioner who has one column is meant by their number; else the column's own number or name decides. That a
        row's ProviderID is the number of a resource is not published, so it never speaks against the practitioner.
        """
        among = [one for one in self.resources if one.practitioner == practitioner]
        if practitioner and len(among) > 1:
            known = [one for one in among if one.number == number] or [one for one in among if one.name == name]
            return tuple(one.abbreviation for one in known or among)
        if not practitioner:
            named = [one for one in self.resources if name and one.name == name]
            among = [one for one in self.resources if number and one.number == number] or named
        return tuple(one.abbreviation for one in among)

    def location_named(self, name: str) -> str:
        """The abbreviation of the scheduling location of that name."""
        found = {one.abbreviation for one in self.places if name.casefold() in one.names}
        return found.pop() if len(found) == 1 else ""

    def is_named_alone(self, abbreviation: str) -> bool:
        """Whether a scheduling location is there, and no other has a name of its."""
        found = next((one for one in self.places if one.abbreviation == abbreviation), None)
        return found is not None and all(self.location_named(name) == abbreviation for name in found.names)

    def location_numbered(self, number: str) -> str:
        """The abbreviation of the scheduling location of that number."""
        return next((one.abbreviation for one in self.places if one.number == number), "")

    def type_named(self, *names: str) -> str:
        """The abbreviation of the appointment type that one of these names or abbreviates, the first that does."""
        for name in names:
            found = {
                one.abbreviation for one in self.kinds if name and name.casefold() in {_small(one), one.name.casefold()}
            }
            if len(found) == 1:
                return found.pop()
        return ""


def read_directory(resources: Iterable[Foreign], locations: Iterable[Foreign], types: Iterable[Foreign]) -> Directory:
    """The lists as they came. Raises: Unreadable."""
    return Directory(
        resources=tuple(
            Resource(
                number=said(row, "Resource_ID"),
                abbreviation=row.text("Abbreviation").strip(),
                practitioner=said(row, "Practitioner_ID"),
                name=said(row, "Description"),
            )
            for row in resources
        ),
        places=tuple(
            Place(
                number=said(row, "Scheduling_Location_ID"),
                abbreviation=row.text("Abbreviation").strip(),
                name=said(row, "Description") or said(row, "Location_Name"),
                names=frozenset(
                    filter(None, (said(row, name).casefold() for name in ("Description", "Location_Name")))
                ),
            )
            for row in locations
        ),
        kinds=tuple(
            Kind(
                abbreviation=row.text("Abbreviation").strip(),
                name=said(row, "Description"),
                length=row.integer("Duration") * _MINUTE if row.has("Duration") else None,
            )
            for row in types
        ),
    )


def listed(directory: Directory, practitioners: Iterable[Foreign], *, today: date) -> Catalogue:
    """Everything that can be mapped, by its abbreviation. Every column is a practitioner here, a room's too."""
    people = {said(row, "Practitioner_ID"): row for row in practitioners}
    return Catalogue(
        locations=tuple(Listed(number=one.abbreviation, name=one.name) for one in directory.places),
        practitioners=tuple(_column(one, people, today) for one in directory.resources),
        services=tuple(
            ListedService(number=one.abbreviation, name=one.name, length=one.length or None) for one in directory.kinds
        ),
    )


def _column(one: Resource, people: Mapping[str, Foreign], today: date) -> Listed:
    row = people.get(one.practitioner)
    if row is None:
        return Listed(number=one.abbreviation, name=one.name or one.abbreviation)
    ends = day_of(row, "Inactivation_Date") if said(row, "Inactivation_Date") else None
    name = f"{said(row, 'First_Name')} {said(row, 'Last_Name')}".strip()
    return Listed(number=one.abbreviation, name=name or one.name, active=ends is None or ends > today)


def _small(kind: Kind) -> str:
    return kind.abbreviation.casefold()


def said(row: Foreign, name: str) -> str:
    """The text of a field without the spaces that pad it; "" where it is not there. Raises: Unreadable."""
    return row.text(name).strip() if row.has(name) else ""
