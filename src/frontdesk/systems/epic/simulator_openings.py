"""Open times: a provider's template, less what is booked, held or past."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from frontdesk.systems.epic.simulator_hospital import CANCELLED, TAKING, Hospital, end_of, start_of
from frontdesk.systems.epic.simulator_rows import Row, instant, number, text


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A time at which a visit of some type could begin; `start` is in UTC."""

    provider: str
    department: str
    visit_type: str
    start: datetime
    minutes: int


def open_times(
    hospital: Hospital, *, provider: str, department: str, visit_type: str, day: date, behind: timedelta = timedelta(0)
) -> Iterator[Opening]:
    """What a provider has open that day for a visit type, soonest first; `behind` shows the book as it was.

    Seen [long-visits-need-several]: a visit longer than the template's grain needs openings without a gap. Seen
    [only-public-templates]: those not marked for the web are not there. Guess [past-not-offered].
    """
    if not can_do(hospital, provider, department, visit_type):
        return
    lasts = hospital.minutes(visit_type)
    then = hospital.now() - behind
    pieces = template(hospital, provider, department, day)
    for place, first in enumerate(pieces):
        start = start_of_piece(hospital, first)
        if start < hospital.now() or not _covers(hospital, pieces[place:], lasts, then):
            continue
        yield Opening(provider=provider, department=department, visit_type=visit_type, start=start, minutes=lasts)


def can_do(hospital: Hospital, provider: str, department: str, visit_type: str) -> bool:
    """Whether a provider does a visit type there."""
    return bool(hospital.does.find(provider=provider, department=department, visittype=visit_type))


def template(hospital: Hospital, provider: str, department: str, day: date) -> list[Row]:
    """The pieces of a provider's template of one day, in order."""
    rows = hospital.openings.find(provider=provider, department=department, day=day.isoformat())
    return sorted(rows, key=lambda row: text(row, "time"))


def start_of_piece(hospital: Hospital, piece: Row) -> datetime:
    """When a piece of a template begins, in UTC."""
    return hospital.at(text(piece, "department"), date.fromisoformat(text(piece, "day")), text(piece, "time"))


def taken(hospital: Hospital, provider: str, start: datetime, end: datetime, then: datetime) -> int:
    """How many visits of a provider stood in that stretch at `then`."""
    return sum(
        1
        for visit in hospital.visits.find(provider=provider)
        if start_of(visit) < end and start < end_of(visit) and _stood(visit, then)
    )


def left(hospital: Hospital, piece: Row, then: datetime) -> int:
    """How many openings a piece of a template had at `then`."""
    start = start_of_piece(hospital, piece)
    end = start + timedelta(minutes=number(piece, "minutes"))
    gone = taken(hospital, text(piece, "provider"), start, end, then)
    return max(0, number(piece, "openings") - gone)


def held(piece: Row, then: datetime) -> str:
    """Why a piece was held at `then`; "" where it was not."""
    return text(piece, "held" if instant(piece, "changed") <= then else "before")


def _covers(hospital: Hospital, pieces: Sequence[Row], lasts: int, then: datetime) -> bool:
    """Whether the pieces from the first on are open, without a gap, for so many minutes."""
    upto = start_of_piece(hospital, pieces[0])
    end = upto + timedelta(minutes=lasts)
    for piece in pieces:
        if upto >= end:
            break
        open_ = piece["public"] and not piece["unavailable"] and not held(piece, then)
        if start_of_piece(hospital, piece) != upto or not open_ or not left(hospital, piece, then):
            return False
        upto += timedelta(minutes=number(piece, "minutes"))
    return upto >= end


def _stood(visit: Row, then: datetime) -> bool:
    if instant(visit, "made") > then:
        return False
    return visit["status"] in TAKING or (visit["status"] == CANCELLED and instant(visit, "freed") > then)
