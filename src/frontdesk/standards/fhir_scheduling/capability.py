"""What a server says it can (CapabilityStatement), and whether that is what a dialect needs: the rows of a check.

A statement tells less than the truth or more: it often lists no search parameters. Only a try proves an ability.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from frontdesk.standards.fhir_scheduling.asking import JSON_PATCH, Release
from frontdesk.standards.fhir_scheduling.dialect import Books, Cancels, Confirms, Dialect, Finds, Holds, Moves
from frontdesk.standards.fhir_scheduling.reading import Node, Unreadable


class Offered(Enum):
    """Whether a server says that it can."""

    YES = "yes"
    NO = "no"
    NOT_SAID = "not said"


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeAbilities:
    """What can be done with one type. Empty `searches`: the statement lists none, which says nothing."""

    interactions: frozenset[str] = frozenset()
    searches: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    versioning: str = ""
    conditional_create: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Abilities:
    """What a server says of itself. `release` None: one that nobody here speaks; `version` is its own word for it."""

    software: str
    version: str
    release: Release | None
    types: Mapping[str, TypeAbilities] = field(repr=False)
    interactions: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()
    patches: frozenset[str] = frozenset()

    def of(self, type: str) -> TypeAbilities:
        """What can be done with a type; nothing, where it is not named."""
        return self.types.get(type, TypeAbilities())


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """One row: what the desk wants to do, whether the server says it can, and what is missing."""

    what: str
    offered: Offered
    lacks: tuple[str, ...] = ()


def read_abilities(raw: object) -> Abilities:
    """A CapabilityStatement. Raises: Unreadable (it is none, or tells of no server)."""
    if not isinstance(raw, dict) or raw.get("resourceType") != "CapabilityStatement":
        raise Unreadable("/metadata", "the answer", "is no CapabilityStatement; check the FHIR base address")
    node = Node(row="/metadata", fields=raw)
    version = node.text("fhirVersion")
    rest = next((one for one in node.nodes("rest") if one.fields.get("mode") == "server"), None)
    if rest is None:
        raise node.unreadable("rest", "tells of no server")
    software = node.node("software")
    return Abilities(
        software=software.text_or_none("name") if software else "",
        version=version,
        release=next((one for one in Release if version.startswith(one.value)), None),
        types={one.text("type"): _type(one) for one in rest.nodes("resource")},
        interactions=_codes(rest, "interaction", "code"),
        operations=_codes(rest, "operation", "name"),
        patches=frozenset(node.texts("patchFormat")),
    )


def checked(abilities: Abilities, dialect: Dialect, *, charts: Abilities | None = None) -> tuple[Checked, ...]:
    """What the desk needs of a server of this dialect, row by row.

    `charts` is what is said at the address where patients are, if that is another one (Epic's of R4).
    """
    return tuple(_rows(abilities, dialect, charts or abilities))


def _rows(abilities: Abilities, dialect: Dialect, charts: Abilities) -> Iterator[Checked]:
    same = abilities.release is dialect.release
    yield Checked(
        what=f"speaks FHIR {dialect.release.name}",
        offered=Offered.YES if same else Offered.NO,
        lacks=() if same else (f"it speaks {abilities.version}; is this the address of {dialect.release.name}?",),
    )
    yield _row(abilities, "find free times", _to_find(dialect))
    yield _row(abilities, "hold a time", _BY_SLOT[dialect.holds])
    yield _row(abilities, "book", _TO_BOOK[dialect.books])
    yield _row(abilities, "move a visit", _TO_MOVE[dialect.moves])
    yield _row(abilities, "cancel", _TO_CANCEL[dialect.cancels])
    yield _row(abilities, "confirm", _TO_CONFIRM[dialect.confirms])
    yield _row(abilities, "read a patient's visits", (_Need(type="Appointment", search=("patient", "date")),))
    yield _row(charts, "find a patient", (_Need(type="Patient", search=("family", "birthdate", "phone")),))
    yield _row(charts, "create a patient", (_Need(type="Patient", does="create"),))
    yield _row(charts, "hand in insurance", (_Need(type="Coverage", does="create"),))
    yield _row(charts, "hand in a document", (_Need(type="DocumentReference", does="create"),))
    if dialect.subscribes:
        yield _row(abilities, "be told of changes", (_Need(type="Subscription", does="create"),))
    if dialect.create_once:
        yield _once(abilities)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Need:
    """One thing without which it does not work. `type` "": it is asked of the server as a whole."""

    type: str = ""
    does: str = ""
    search: tuple[str, ...] = ()
    operation: str = ""
    locks: bool = False


_CREATES = _Need(type="Appointment", does="create")
_PATCHES = _Need(type="Appointment", does="patch")
_ALL_OR_NOTHING = (
    _Need(does="transaction"),
    _Need(type="Slot", does="update", locks=True),
    _Need(type="Appointment", does="update", locks=True),
)
_BY_SLOT: Mapping[Holds, tuple[_Need, ...] | None] = {
    Holds.UPDATES_SLOT: (_Need(type="Slot", does="update", locks=True),),
    Holds.PATCHES_SLOT: (_Need(type="Slot", does="patch"),),
    Holds.NEVER: None,
}
_TO_BOOK: Mapping[Books, tuple[_Need, ...] | None] = {
    Books.WITH_SLOTS: (_Need(does="transaction"), _CREATES, _Need(type="Slot", does="update", locks=True)),
    Books.BY_SLOT: (_CREATES,),
    Books.OPERATION: (_Need(type="Appointment", operation="book"),),
}
_TO_MOVE: Mapping[Moves, tuple[_Need, ...] | None] = {
    Moves.WITH_SLOTS: _ALL_OR_NOTHING,
    Moves.PATCHES_SLOT: (_PATCHES,),
    Moves.ANEW: None,
}
_TO_CANCEL: Mapping[Cancels, tuple[_Need, ...] | None] = {
    Cancels.WITH_SLOTS: _ALL_OR_NOTHING,
    Cancels.PATCHES: (_PATCHES,),
    Cancels.ELSEWHERE: None,
}
_TO_CONFIRM: Mapping[Confirms, tuple[_Need, ...] | None] = {
    Confirms.PARTICIPANT: (_PATCHES,),
    Confirms.PATIENT_STATUS: (_PATCHES,),
    Confirms.RESPONSE: (_Need(type="AppointmentResponse", does="create"),),
    Confirms.ELSEWHERE: None,
}


def _to_find(dialect: Dialect) -> tuple[_Need, ...]:
    if dialect.finds is Finds.OPERATION:
        return (_Need(type="Appointment", operation="find"),)
    search = dialect.slot_search
    names = (search.service, search.schedule, search.actor, search.location, search.status, "start")
    plain = dict.fromkeys(name.partition(".")[0] for name in names if name)
    return (_Need(type="Slot", search=tuple(plain)),)


def _row(abilities: Abilities, what: str, needs: tuple[_Need, ...] | None) -> Checked:
    if needs is None:
        return Checked(what=what, offered=Offered.NO, lacks=("this kind of server has no way to do it by FHIR",))
    found = [lack for need in needs for lack in _lacks(abilities, need)]
    if not found:
        return Checked(what=what, offered=Offered.YES)
    certain = any(offered is Offered.NO for offered, _ in found)
    return Checked(
        what=what,
        offered=Offered.NO if certain else Offered.NOT_SAID,
        lacks=tuple(dict.fromkeys(says for _, says in found)),
    )


def _lacks(abilities: Abilities, need: _Need) -> Iterator[tuple[Offered, str]]:
    can = abilities.of(need.type)
    if need.type and need.type not in abilities.types:
        yield Offered.NO, f"{need.type} is not named at all"
        return
    if need.does and need.does not in (can.interactions if need.type else abilities.interactions):
        yield Offered.NO, f"{need.does} of {need.type}" if need.type else f"{need.does} of several changes"
    if need.operation and need.operation not in can.operations | abilities.operations:
        yield Offered.NO, f"the operation ${need.operation} of {need.type}"
    if need.locks and can.versioning != "versioned-update":
        offered = Offered.NOT_SAID if can.versioning in {"", "versioned"} else Offered.NO
        yield offered, f"{need.type} changed only in a known version (If-Match)"
    if need.does == "patch" and abilities.patches and not abilities.patches & {JSON_PATCH, "json"}:
        yield Offered.NO, "patches written as JSON Patch"
    if need.search and "search-type" not in can.interactions:
        yield Offered.NO, f"search of {need.type}"
    elif need.search:
        for name in need.search:
            if name not in can.searches:
                yield Offered.NO if can.searches else Offered.NOT_SAID, f"search of {need.type} by {name}"


def _once(abilities: Abilities) -> Checked:
    said = abilities.of("Appointment").conditional_create
    offered = {True: Offered.YES, False: Offered.NO, None: Offered.NOT_SAID}[said]
    lacks = (
        () if said else ("conditional create (If-None-Exist): look for our booking number before anything is repeated",)
    )
    return Checked(what="book the same visit once only", offered=offered, lacks=lacks)


def _type(node: Node) -> TypeAbilities:
    return TypeAbilities(
        interactions=_codes(node, "interaction", "code"),
        searches=_codes(node, "searchParam", "name"),
        operations=_codes(node, "operation", "name"),
        versioning=node.text_or_none("versioning"),
        conditional_create=node.yes("conditionalCreate"),
    )


def _codes(node: Node, key: str, name: str) -> frozenset[str]:
    return frozenset(one.text(name).removeprefix("$") for one in node.nodes(key))
