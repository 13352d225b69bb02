"""What each carrier says of itself, read from the carrier.toml in its folder; and how an account with it is opened."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files

from frontdesk.ports.carrying import OpensAccount
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT
from frontdesk.standards.manifests import Fact, Setting, completed, facts_of, settings_of


@dataclass(frozen=True, kw_only=True, slots=True)
class CarrierManifest:
    """A carrier as staff see it. `key` is its folder."""

    key: str
    name: str
    settings: tuple[Setting, ...]
    facts: tuple[Fact, ...]

    def completed(self, given: Mapping[str, str]) -> dict[str, str]:
        """The settings with what was left out. Raises: Impossible, naming what is missing or unknown."""
        return completed(self.name, self.settings, given)


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
        settings=settings_of(top),
        facts=facts_of(top),
    )
    top.close()
    if faults:
        raise DocumentWrong(faults)
    return read
