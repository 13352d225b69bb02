"""Visits written to a site: as requests (SRM), as notices (SIU), and the answers to requests (SRR).

Which of them a site takes as an order, and how it takes a new time, its profile says. Nothing that is written proves a
booking: the site's answer or its next notice does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import assert_never
from zoneinfo import ZoneInfo

from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period
from frontdesk.standards.hl7.acknowledging import AckCode, Objection, answer_segments
from frontdesk.standards.hl7.composing import Content, Heading, message, segment, stamp
from frontdesk.standards.hl7.datatypes import NO_CODE, Code, Number, Spot, Staff
from frontdesk.standards.hl7.message import Message, Segment
from frontdesk.standards.hl7.notation import CHARACTER_SETS, Notation
from frontdesk.standards.hl7.people import Person, pid_segment
from frontdesk.standards.hl7.site import VERSIONS, Answers, Moves, Orders, Plays, Site, VisitEvent
from frontdesk.standards.hl7.times import wall_stamp
from frontdesk.standards.hl7.visit import Asks

_NOTICE: Mapping[VisitEvent, str] = MappingProxyType(
    {
        VisitEvent.BOOKED: "S12",
        VisitEvent.MOVED: "S13",
        VisitEvent.CHANGED: "S14",
        VisitEvent.CANCELLED: "S15",
        VisitEvent.DELETED: "S17",
        VisitEvent.MISSED: "S26",
    }
)
_STATUS: Mapping[VisitEvent, str] = MappingProxyType(
    {
        VisitEvent.BOOKED: "Booked",
        VisitEvent.MOVED: "Booked",
        VisitEvent.CHANGED: "Booked",
        VisitEvent.CANCELLED: "Cancelled",
        VisitEvent.DELETED: "Deleted",
        VisitEvent.MISSED: "Noshow",
    }
)
_ACTION = {
    VisitEvent.BOOKED: "A",
    VisitEvent.MOVED: "U",
    VisitEvent.CHANGED: "U",
    VisitEvent.CANCELLED: "X",
    VisitEvent.DELETED: "X",
    VisitEvent.MISSED: "X",
}
_ASKED = {
    Asks.BOOK: VisitEvent.BOOKED,
    Asks.MOVE: VisitEvent.MOVED,
    Asks.CHANGE: VisitEvent.CHANGED,
    Asks.CANCEL: VisitEvent.CANCELLED,
}

_ROLES = {
    Plays.PRACTITIONER: "PROVIDER",
    Plays.ROOM: "ROOM",
    Plays.DEVICE: "DEVICE",
    Plays.SERVICE: "SERVICE",
}
"""AIG-4, AIL-4, AIP-4, which versions before 2.5 want filled. A guess: each site has words of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A visit as it is to be written. `placer` is our number of it, `filler` the site's, once it is known.

    `zone` is the wall of the visit's location. `by` is who enters it: the desk, under the name the site gave it.
    `why` is the site's code of what this message is about (SCH-6, ARQ-6), which the standard wants filled.
    """

    placer: Number
    during: Period
    zone: ZoneInfo
    by: Staff
    service: Code
    why: Code
    filler: Number | None = None
    reason: Code = NO_CODE
    type: Code = NO_CODE
    practitioner: Staff | None = None
    spot: Spot | None = None
    devices: tuple[Code, ...] = ()
    patient: Person | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamped:
    """What a new message needs that no visit tells: when it is written, and its control id."""

    at: datetime
    control_id: str


def written_to(site: Site) -> Notation:
    """The separators and letters of what a site is written."""
    return Notation(codec=CHARACTER_SETS[site.writes])


def notice(event: VisitEvent, order: Order, site: Site, stamped: Stamped) -> Message:
    """A notice (SIU) of what happened to a visit. Raises: Unwritable."""
    notation = written_to(site)
    segments = [segment("SCH", _sch(event, order, site), notation), *_rest(order, site, notation, _ACTION[event])]
    return message(heading(site, ("SIU", _NOTICE[event], "SIU_S12"), stamped), segments, notation, marked=marks(site))


def request(asks: Asks, order: Order, site: Site, stamped: Stamped) -> Message:
    """A request (SRM) about a visit. Raises: Unwritable."""
    notation = written_to(site)
    action = "X" if asks in {Asks.CANCEL, Asks.DISCONTINUE} else "A" if asks is Asks.BOOK else "U"
    segments = [segment("ARQ", _arq(order, site), notation), *_rest(order, site, notation, action)]
    return message(heading(site, ("SRM", asks.value, "SRM_S01"), stamped), segments, notation, marked=marks(site))


def ordered(asks: Asks, order: Order, site: Site, stamped: Stamped) -> Message:
    """What is to be sent so that a visit is booked, changed or cancelled, in the way the site takes it.

    A visit that the site moves by cancelling and booking is written with `moved`. Raises: Unwritable.
    """
    if asks is Asks.MOVE and site.moves is Moves.CANCELLED_AND_BOOKED:
        raise Impossible(f"{site.name} moves a visit by two messages; write them with `moved`")
    if asks is Asks.MOVE and site.moves is Moves.BOOKED_AGAIN:
        asks = Asks.BOOK
    match site.orders:
        case Orders.SRM:
            return request(asks, order, site, stamped)
        case Orders.SIU:
            if asks is Asks.DISCONTINUE:
                raise Impossible(f"{site.name} takes notices, and none is written of a series that ends")
            return notice(_ASKED[asks], order, site, stamped)
        case other:
            assert_never(other)


def moved(old: Order, new: Order, site: Site, cancelling: Stamped, booking: Stamped) -> tuple[Message, Message]:
    """The new visit booked and the old one cancelled, for a site that has no other way to move one.

    They are sent in this order: the new time is taken before the old one is given up. Raises: Unwritable.
    """
    if old.placer == new.placer:
        raise Impossible("the new visit needs a number of its own")
    return ordered(Asks.BOOK, new, site, booking), ordered(Asks.CANCEL, old, site, cancelling)


def answer(asked: Message, code: AckCode, site: Site, stamped: Stamped, *, order: Order | None) -> Message:
    """The answer (SRR) to a request: with the visit as it is now where there is one. Raises: Unwritable."""
    return _answered(asked, code, site, stamped, order, None)


def refusal(asked: Message, site: Site, stamped: Stamped, objecting: Objection) -> Message:
    """The answer (SRR) to a request that is not done. Raises: Unwritable."""
    return _answered(asked, AckCode.ERROR, site, stamped, None, objecting)


def _answered(
    asked: Message, code: AckCode, site: Site, stamped: Stamped, order: Order | None, objecting: Objection | None
) -> Message:
    notation = written_to(site)
    segments = answer_segments(asked.control_id, code, objecting, version=site.version, notation=notation)
    if order is not None:
        happened = next((told for asks, told in _ASKED.items() if asks.value == asked.event), None)
        if happened is None:
            raise Impossible(f"the answer to a request of {asked.event} tells of no visit")
        segments.append(segment("SCH", _sch(happened, order, site), notation))
        segments += _rest(order, site, notation, _ACTION[happened])
    return message(heading(site, ("SRR", asked.event, "SRR_S01"), stamped), segments, notation, marked=marks(site))


def heading(site: Site, kind: tuple[str, ...], stamped: Stamped) -> Heading:
    """The header of a message to a site."""
    enhanced = site.answers is Answers.ENHANCED
    return Heading(
        from_application=site.ours.application,
        from_facility=site.ours.facility,
        to_application=site.theirs.application,
        to_facility=site.theirs.facility,
        at=stamped.at,
        kind=kind if site.names_structure and from_version(site, "2.3.1") else kind[:2],
        control_id=stamped.control_id,
        processing=site.processing,
        version=site.version,
        accept="AL" if enhanced else "",
        application="AL" if enhanced else "",
    )


def from_version(site: Site, version: str) -> bool:
    """Whether a site is written this version or a newer one."""
    return VERSIONS.index(site.version) >= VERSIONS.index(version)


def marks(site: Site) -> bool:
    """Whether MSH-18 is filled."""
    return site.marks_character_set


def _sch(event: VisitEvent, order: Order, site: Site) -> dict[int, Content]:
    minutes = _minutes(order.during)
    start, end = _stamps(order, site)
    return {
        1: order.placer.components,
        2: order.filler.components if order.filler else "",
        6: order.why.components,
        7: order.reason.components,
        8: (order.type if order.type != NO_CODE else order.service).components,
        9: minutes,
        10: "min",
        11: ("", "", minutes, start, end),
        16: order.by.components,
        20: order.by.components,
        25: _STATUS[event],
    }


def _arq(order: Order, site: Site) -> dict[int, Content]:
    return {
        1: order.placer.components,
        2: order.filler.components if order.filler else "",
        6: order.why.components,
        7: order.reason.components,
        8: (order.type if order.type != NO_CODE else order.service).components,
        9: _minutes(order.during),
        10: ("min", "minutes", "ISO+"),
        11: _stamps(order, site),
        15: order.by.components,
        19: order.by.components,
    }


def _rest(order: Order, site: Site, notation: Notation, action: str) -> Iterator[Segment]:
    """Everything behind SCH or ARQ, in the standard's order; what is given up is named without its resources."""
    if order.note:
        yield segment("NTE", {1: "1", 3: order.note}, notation)
    if order.patient is not None:
        yield pid_segment(order.patient, notation)
        visit = {19: order.filler.components} if order.filler and any(at.segment == "PV1" for at in site.visit) else {}
        yield segment("PV1", {1: "1", 2: "O", **visit}, notation)
    yield segment("RGS", {1: "1", 2: action}, notation)
    if action == "X":
        return
    start, minutes = _stamps(order, site)[0], _minutes(order.during)
    taken: dict[int, Content] = {6: start, 9: minutes, 10: "min"}
    yield segment("AIS", {1: "1", 2: action, 3: order.service.components, 4: start, 7: minutes, 8: "min"}, notation)
    for number, device in enumerate(order.devices, start=1):
        general: dict[int, Content] = {1: str(number), 2: action, 3: device.components, 4: _role(Plays.DEVICE, site)}
        yield segment("AIG", general | {8: start, 11: minutes, 12: "min"}, notation)
    if order.spot is not None:
        yield segment(
            "AIL", {1: "1", 2: action, 3: order.spot.components, 4: _role(Plays.ROOM, site), **taken}, notation
        )
    if order.practitioner is not None:
        role = _role(Plays.PRACTITIONER, site)
        yield segment("AIP", {1: "1", 2: action, 3: order.practitioner.components, 4: role, **taken}, notation)


def _role(plays: Plays, site: Site) -> str:
    """The site's word for what a resource is; a usual one where its profile names none."""
    return next((word for word, meant in site.general.items() if meant is plays), _ROLES[plays])


def _minutes(during: Period) -> str:
    minutes = during.length.total_seconds() / 60
    if not minutes.is_integer():
        raise Impossible(f"a visit is written in whole minutes; got {during.length}")
    return str(int(minutes))


def _stamps(order: Order, site: Site) -> tuple[str, str]:
    if site.writes_offset:
        return stamp(order.during.start.astimezone(order.zone)), stamp(order.during.end.astimezone(order.zone))
    return wall_stamp(order.during.start, order.zone), wall_stamp(order.during.end, order.zone)
