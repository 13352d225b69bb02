"""The systems that clinics ask for, with what is publicly known of each, read from known.toml beside this file."""

import tomllib
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files

from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, text_like, word_of

_KEY = text_like(r"[a-z]+", 'the name of its folder, small letters alone, such as "opendental"')
_ADDRESS = text_like(r"https://[^\s<>{}]+", "a public address that begins with https://")


class Kind(Enum):
    """A kind of practice that a system is made for."""

    DENTAL = "dental"
    HOSPITAL = "hospital"
    MEDSPA = "medspa"
    PRIMARY_CARE = "primary care"
    SPECIALTY = "specialty"
    THERAPY = "therapy"
    WELLNESS = "wellness"


class State(Enum):
    """How far the folder of a system has come, as seen from what it holds."""

    NOT_BEGUN = "not begun"
    SIMULATED = "simulated"
    CONNECTED = "connected"


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownSystem:
    """A system as public sources show it. `key` is its folder, whether it is there yet or not.

    `sources` are public addresses; what a clinic can do with a connector is told by its manifest, not here.
    """

    key: str
    name: str
    vendor: str
    kinds: tuple[Kind, ...]
    interface: str
    access: str
    cost: str
    known: str
    unknown: str
    sources: tuple[str, ...]

    @property
    def state(self) -> State:
        """How far its folder has come. A connector that can nothing yet, as a skeleton, connects nothing."""
        folder = files("frontdesk.systems") / self.key
        manifest = folder / "manifest.toml"
        if manifest.is_file() and tomllib.loads(manifest.read_text("utf-8")).get("can"):
            return State.CONNECTED
        return State.SIMULATED if (folder / "simulator.py").is_file() else State.NOT_BEGUN


def known_systems() -> tuple[KnownSystem, ...]:
    """Every system that is known, in the order of their keys. Raises: DocumentWrong."""
    return read_known((files("frontdesk.systems") / "known.toml").read_text("utf-8"))


def read_known(text: str) -> tuple[KnownSystem, ...]:
    """The systems of a text in TOML, in the order of their keys. Raises: DocumentWrong, with a line for each fault."""
    faults: list[Fault] = []
    place = ("systems/known.toml",)
    try:
        top = Entry.of(tomllib.loads(text), place=place, faults=faults)
    except tomllib.TOMLDecodeError as wrong:
        raise DocumentWrong([Fault(place=place, found=str(wrong), wanted="wanted TOML")]) from None
    systems = [_system(entry) for entry in top.entries("systems", named_by="key")]
    keys = [system.key for system in systems]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        top.wrong(f"{key} stands twice", "write one entry for each system")
    top.close()
    if faults:
        raise DocumentWrong(faults)
    return tuple(sorted(systems, key=lambda system: system.key))


def _system(entry: Entry) -> KnownSystem:
    system = KnownSystem(
        key=entry.one("key", _KEY),
        name=entry.one("name", TEXT),
        vendor=entry.one("vendor", TEXT),
        kinds=entry.at_least_one("kinds", word_of(Kind)),
        interface=entry.one("interface", TEXT),
        access=entry.one("access", TEXT),
        cost=entry.one("cost", TEXT),
        known=entry.one("known", TEXT),
        unknown=entry.one("unknown", TEXT),
        sources=entry.at_least_one("sources", _ADDRESS),
    )
    entry.close()
    return system
