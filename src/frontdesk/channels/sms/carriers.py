"""What each carrier says of itself, read from the carrier.toml in its folder; and how an account with it is opened."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from importlib.resources import files

from frontdesk.domain.faults import Impossible
from frontdesk.ports.carrying import OpensAccount
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, YES_OR_NO, text_like, word_of

_KEY = text_like(r"[a-z][a-z0-9_]*", 'a short word of small letters and underscores, such as "auth_token"')


class Confidence(Enum):
    """How well a fact is known: from the carrier, from others' work with it, concluded, or not at all."""

    DOCUMENTED = "documented"
    SEEN = "seen"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What a clinic has to give, and where it finds it. A secret is kept encrypted and never shown."""

    key: str
    label: str
    help: str
    secret: bool = False
    optional: bool = False
    default: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something that is relied on, and where it is known from."""

    says: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, slots=True)
class CarrierManifest:
    """A carrier as staff see it. `key` is its folder."""

    key: str
    name: str
    settings: tuple[Setting, ...]
    facts: tuple[Fact, ...]

    def completed(self, given: Mapping[str, str]) -> dict[str, str]:
        """The settings with what was left out. Raises: Impossible, naming what is missing or unknown."""
        known = {one.key for one in self.settings}
        unknown = sorted(set(given) - known)
        if unknown:
            raise Impossible(f"{self.name} knows no setting {unknown[0]}; its settings are {', '.join(sorted(known))}.")
        whole = {one.key: given.get(one.key) or one.default or "" for one in self.settings}
        lacking = [one.key for one in self.settings if not one.optional and not whole[one.key]]
        if lacking:
            raise Impossible(f"{self.name} needs {', '.join(lacking)}.")
        return whole


def carriers() -> tuple[CarrierManifest, ...]:
    """Every carrier there is, in the order of their folders' names. Raises: DocumentWrong."""
    folders = sorted(one.name for one in files("frontdesk.channels.sms").iterdir() if one.is_dir())
    found = [(name, files("frontdesk.channels.sms") / name / "carrier.toml") for name in folders]
    return tuple(_read(name, file.read_text("utf-8")) for name, file in found if file.is_file())


def carrier(key: str) -> tuple[CarrierManifest, OpensAccount]:
    """What the carrier in that folder says of itself, and how it is opened. Raises: LookupError."""
    for one in carriers():
        if one.key == key:
            opens: OpensAccount = import_module(f"frontdesk.channels.sms.{key}.account").connect
            return one, opens
    raise LookupError(f"there is no carrier named {key}")


def _read(key: str, text: str) -> CarrierManifest:
    faults: list[Fault] = []
    top = Entry.of(tomllib.loads(text), place=(f"channels/sms/{key}/carrier.toml",), faults=faults)
    read = CarrierManifest(
        key=key,
        name=top.one("name", TEXT),
        settings=tuple(map(_setting, top.entries("settings", named_by="key"))),
        facts=tuple(map(_fact, top.entries("facts"))),
    )
    top.close()
    if faults:
        raise DocumentWrong(faults)
    return read


def _setting(entry: Entry) -> Setting:
    setting = Setting(
        key=entry.one("key", _KEY),
        label=entry.one("label", TEXT),
        help=entry.one("help", TEXT),
        secret=entry.one_or("secret", YES_OR_NO, False),
        optional=entry.one_or("optional", YES_OR_NO, False),
        default=entry.one_or("default", TEXT, None),
    )
    entry.close()
    return setting


def _fact(entry: Entry) -> Fact:
    fact = Fact(
        says=entry.one("says", TEXT),
        source=entry.one("source", TEXT),
        confidence=entry.one("confidence", word_of(Confidence)),
    )
    entry.close()
    return fact
