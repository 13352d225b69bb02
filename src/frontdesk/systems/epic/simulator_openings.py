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
    now = hospital.now()
    pieces = _pieces(hospital, template(hospital, provider, department, day), provider, then)
    for place, first in enumerate(pieces):
        if first.start < now or not _covers(pieces[place:], lasts):
            continue
        yield Opening(provider=provider, department=department, visit_type=visit_type, start=first.start, minutes=lasts)


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
    return len(_standing(hospital, provider, start, end, then))


def left(hospital: Hospital, piece: Row, then: datetime) -> int:
    """How many openings a piece of a template had at `then`."""
    start, end = _span(hospital, piece)
    gone = taken(hospital, text(piece, "provider"), start, end, then)
    return max(0, number(piece, "openings") - gone)


def held(piece: Row, then: datetime) -> str:
    """Why a piece was held at `then`; "" where it was not."""
    return text(piece, "held" if instant(piece, "changed") <= then else "before")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    """A piece of a template, in UTC, and whether a visit may lie in it."""

    start: datetime
    end: datetime
    open: bool


def _pieces(hospital: Hospital, rows: Sequence[Row], provider: str, then: datetime) -> list[_Piece]:
    """A day's pieces as they were at `then`, in order; the provider's visits are gone through once for all of them."""
    spans = [(row, *_span(hospital, row)) for row in rows]
    if not spans:
        return []
    first, last = min(start for _, start, _ in spans), max(end for _, _, end in spans)
    visits = _standing(hospital, provider, first, last, then)
    found: list[_Piece] = []
    for row, start, end in spans:
        gone = sum(1 for begins, ends in visits if begins < end and start < ends)
        offered = bool(row["public"]) and not row["unavailable"] and not held(row, then)
        found.append(_Piece(start=start, end=end, open=offered and gone < number(row, "openings")))
    return found


def _span(hospital: Hospital, piece: Row) -> tuple[datetime, datetime]:
    start = start_of_piece(hospital, piece)
    return start, start + timedelta(minutes=number(piece, "minutes"))


def _standing(
    hospital: Hospital, provider: str, start: datetime, end: datetime, then: datetime
) -> list[tuple[datetime, datetime]]:
    """When the visits begin and end that a provider had in that stretch at `then`."""
    near = (visit for visit in hospital.visits.find(provider=provider) if start_of(visit) < end)
    return [(start_of(one), end_of(one)) for one in near if start < end_of(one) and _stood(one, then)]


def _covers(pieces: Sequence[_Piece], lasts: int) -> bool:
    """Whether the pieces from the first on are open, without a gap, for so many minutes."""
    upto = pieces[0].start
    end = upto + timedelta(minutes=lasts)
    for piece in pieces:
        if upto >= end:
            break
        if piece.start != upto or not piece.open:
            return False
        upto = piece.end
    return upto >= end


def _stood(visit: Row, then: datetime) -> bool:
    if instant(visit, "made") > then:
        return False
    return visit["status"] in TAKING or (visit["status"] == CANCELLED and instant(visit, "freed") > then)
