"""What the manifests of systems and of carriers share: the settings a clinic gives, the facts that are relied on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from frontdesk.domain.faults import Impossible
from frontdesk.standards.document import Entry
from frontdesk.standards.forms import TEXT, YES_OR_NO, text_like, word_of

_KEY = text_like(r"[a-z][a-z0-9_]*", 'a short word of small letters and underscores, such as "customer_key"')


class Confidence(Enum):
    """How well a fact is known: from the vendor, from others' work with it, concluded, or not at all."""

    DOCUMENTED = "documented"
    SEEN = "seen"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What a clinic has to give, and where it finds it. A secret is kept encrypted and never shown.

    `lines`: it has more lines than one, as a private key has, and is read from a file where it is asked for.
    """

    key: str
    label: str
    help: str
    secret: bool = False
    lines: bool = False
    optional: bool = False
    default: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something that is relied on, and where it is known from."""

    says: str
    source: str
    confidence: Confidence


def settings_of(top: Entry) -> tuple[Setting, ...]:
    """The entries under `settings`; what is wrong with one is noted with the document's faults."""
    return tuple(map(_setting, top.entries("settings", named_by="key")))


def facts_of(top: Entry) -> tuple[Fact, ...]:
    """The entries under `facts`; what is wrong with one is noted with the document's faults."""
    return tuple(map(_fact, top.entries("facts")))


def completed(name: str, settings: Sequence[Setting], given: Mapping[str, str]) -> dict[str, str]:
    """The settings with what was left out; `name` is whose they are. Raises: Impossible, naming what is wrong."""
    known = {one.key for one in settings}
    unknown = sorted(set(given) - known)
    if unknown:
        raise Impossible(f"{name} knows no setting {unknown[0]}; its settings are {', '.join(sorted(known))}.")
    whole = {one.key: given.get(one.key) or one.default or "" for one in settings}
    needed = (one for one in settings if not one.optional and one.default is None)
    lacking = [f"{name} needs {one.key}, its {one.label}. {one.help}" for one in needed if not whole[one.key].strip()]
    if lacking:
        raise Impossible("\n".join(lacking))
    return whole


def _setting(entry: Entry) -> Setting:
    setting = Setting(
        key=entry.one("key", _KEY),
        label=entry.one("label", TEXT),
        help=entry.one("help", TEXT),
        secret=entry.one_or("secret", YES_OR_NO, False),
        lines=entry.one_or("lines", YES_OR_NO, False),
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
