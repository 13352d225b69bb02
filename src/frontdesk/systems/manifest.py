"""What each connector says of itself, read from the manifest.toml in its folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from functools import cache
from importlib import import_module
from importlib.resources import files

from frontdesk.ports.connecting import Connects
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, count_from, word_of
from frontdesk.standards.manifests import Fact, Setting, facts_of, settings_of


class Ability(Enum):
    """What a connector can do for the desk."""

    CATALOGUE = "catalogue"
    FIND_SLOTS = "find_slots"
    BUSY = "busy"
    FIND_PATIENT = "find_patient"
    CREATE_PATIENT = "create_patient"
    UPDATE_PATIENT = "update_patient"
    HOLD = "hold"
    BOOK = "book"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    ARRIVAL = "arrival"
    NOTE = "note"
    DOCUMENT = "document"
    COVERAGE = "coverage"
    CHANGES = "changes"
    NOTICES = "notices"


class SystemClock(Enum):
    """Whose clock a system's times follow: the wall of the location, UTC, or an offset written with each."""

    LOCATION = "location"
    UTC = "utc"
    OFFSET = "offset"


class Mapped(Enum):
    """What of a practice is tied to a system's numbers."""

    LOCATIONS = "locations"
    PRACTITIONERS = "practitioners"
    ROOMS = "rooms"
    DEVICES = "devices"
    SERVICES = "services"


class Needed(Enum):
    """What a system must be told of a patient before it opens a file, beside a name and a way to reach them."""

    BIRTH_DATE = "birth_date"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """How often the vendor lets one pair of keys ask, at an address that begins with `where`."""

    where: str
    requests: int
    within: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What a connector can besides, where a clinic gives a setting that may be left empty."""

    setting: str
    can: tuple[Ability, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """A connector as staff see it. `key` is its folder; `cannot` gives the reason for each ability it lacks.

    `parts`: what it can besides, each with its setting; in `can` it stands where that is given, else in `cannot`.
    `needs`: what a patient is asked for beside name, phone and e-mail. `maps`: under which word the numbers of each
    kind stand in the file that ties them to the practice's own.
    """

    key: str
    name: str
    clock: SystemClock
    can: tuple[Ability, ...]
    cannot: Mapping[Ability, str]
    settings: tuple[Setting, ...]
    limits: tuple[Limit, ...]
    facts: tuple[Fact, ...]
    maps: Mapping[Mapped, str]
    needs: tuple[Needed, ...] = ()
    parts: tuple[Part, ...] = ()

    def given(self, settings: Mapping[str, str]) -> "Manifest":
        """What it says of a connection with these settings."""
        more = [ability for part in self.parts if settings.get(part.setting) for ability in part.can]
        left = {ability: reason for ability, reason in self.cannot.items() if ability not in more}
        return replace(self, can=(*self.can, *more), cannot=left) if more else self

    @property
    def whole(self) -> "Manifest":
        """What it says of a connection with every setting there is."""
        return self.given({part.setting: "given" for part in self.parts})

    def limit_at(self, address: str) -> Limit | None:
        """How often an address may be asked; None where the vendor sets no limit."""
        return next((limit for limit in self.limits if address.startswith(limit.where)), None)


@cache
def manifests() -> tuple[Manifest, ...]:
    """Every connector there is, in the order of their folders' names. Raises: DocumentWrong."""
    written = {
        folder.name: folder / "manifest.toml" for folder in files("frontdesk.systems").iterdir() if folder.is_dir()
    }
    return tuple(read_manifest(key, file.read_text("utf-8")) for key, file in sorted(written.items()) if file.is_file())


def connector(key: str) -> tuple[Manifest, Connects]:
    """What the connector in that folder says of itself, and how it is opened. Raises: LookupError."""
    for manifest in manifests():
        if manifest.key == key:
            opens: Connects = import_module(f"frontdesk.systems.{key}.system").connect
            return manifest, opens
    raise LookupError(f"there is no connector named {key}")


def read_manifest(key: str, text: str) -> Manifest:
    """The manifest of the folder of that name. Raises: DocumentWrong, with a line for each fault."""
    faults: list[Fault] = []
    place = (f"systems/{key}/manifest.toml",)
    try:
        top = Entry.of(tomllib.loads(text), place=place, faults=faults)
    except tomllib.TOMLDecodeError as wrong:
        raise DocumentWrong([Fault(place=place, found=str(wrong), wanted="wanted TOML")]) from None
    manifest = Manifest(
        key=key,
        name=top.one("name", TEXT),
        clock=top.one("clock", word_of(SystemClock)),
        can=top.many("can", word_of(Ability)),
        cannot=top.each("cannot", word_of(Ability), TEXT),
        settings=settings_of(top),
        limits=tuple(map(_limit, top.entries("limits"))),
        facts=facts_of(top),
        maps=top.each("maps", word_of(Mapped), TEXT),
        needs=top.many("needs", word_of(Needed)),
        parts=tuple(map(_part, top.entries("parts"))),
    )
    for ability in Ability:
        if (ability in manifest.can) == (ability in manifest.cannot):
            top.wrong(f'"{ability.value}" stands twice or nowhere', "put it in `can`, or with a reason in [cannot]")
    settings = {one.key for one in manifest.settings}
    for part in manifest.parts:
        if part.setting not in settings:
            top.wrong(f'no setting is named "{part.setting}"', "let a part name one of the settings")
        if twice := [one.value for one in part.can if one in manifest.can]:
            top.wrong(f'"{twice[0]}" is there without the part', "say in [cannot] what happens without the part")
    top.close()
    if faults:
        raise DocumentWrong(faults)
    return manifest


def _part(entry: Entry) -> Part:
    part = Part(setting=entry.one("setting", TEXT), can=entry.many("can", word_of(Ability)))
    entry.close()
    return part


def _limit(entry: Entry) -> Limit:
    limit = Limit(
        where=entry.one("where", TEXT),
        requests=entry.one("requests", count_from(1)),
        within=entry.one("seconds", count_from(1)) * timedelta(seconds=1),
    )
    entry.close()
    return limit
