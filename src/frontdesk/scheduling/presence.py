"""When the practitioner is with the patient during a visit, and when a visit can begin so that they can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.domain.booking_rules import NOTHING
from frontdesk.domain.practice import Service
from frontdesk.domain.time import Period
from frontdesk.scheduling.ruler import Ruler, in_a_row


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a visit, from its start: the ticks until it begins (below zero: before the start) and its length."""

    after: int
    length: int


def attended(service: Service, length: timedelta) -> list[tuple[timedelta, timedelta]]:
    """The parts of a visit with the practitioner, as (from, to) since the visit's start, without what is around it."""
    pause = service.processing
    if pause is None:
        return [(NOTHING, length)]
    return [(NOTHING, pause.after), (pause.after + pause.length, length)]


def kept(service: Service, length: timedelta) -> list[tuple[timedelta, timedelta]]:
    """The stretches that a visit takes of the practitioner, with what they do before and after it."""
    parts = attended(service, length)
    parts[0] = (parts[0][0] - service.practitioner_before, parts[0][1])
    parts[-1] = (parts[-1][0], parts[-1][1] + service.practitioner_after)
    return parts


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """A visit of one service and length in ticks: `attended` by the practitioner, and what is `kept` of their time.

    `is_plain`: it takes of their time just what they attend.
    """

    attended: tuple[Part, ...]
    kept: tuple[Part, ...]
    whole: int
    is_plain: bool


def parts_of(service: Service, length: timedelta, ruler: Ruler) -> Parts:
    """The parts of a visit in ticks."""
    there, taken = _in_ticks(attended(service, length), ruler), _in_ticks(kept(service, length), ruler)
    return Parts(attended=there, kept=taken, whole=ruler.ticks(length), is_plain=there == taken)


def periods(parts: Sequence[tuple[timedelta, timedelta]], start: datetime) -> list[Period]:
    """The same of a visit that begins then, as stretches of time."""
    return [Period(start=start + begins, end=start + ends) for begins, ends in parts]


def fits(parts: Sequence[Part], free: int) -> int:
    """The ticks at which a visit can begin so that each of its parts lies in free time."""
    if len(parts) == 1 and not parts[0].after:
        return in_a_row(free, parts[0].length)
    starts = -1
    for part in parts:
        begun = in_a_row(free, part.length)
        starts &= begun >> part.after if part.after >= 0 else begun << -part.after
    return starts


def _in_ticks(parts: Sequence[tuple[timedelta, timedelta]], ruler: Ruler) -> tuple[Part, ...]:
    return tuple(Part(after=begins // ruler.tick, length=(ends - begins) // ruler.tick) for begins, ends in parts)
