"""What a finished text claims has been done or found, and what must have happened for it to be true."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from frontdesk.dialogue.effects import (
    ClinicAlerted,
    CodeSent,
    ConsentRecorded,
    CourseBooked,
    CourseTaken,
    CoverageKept,
    FormsFound,
    InvitationQueued,
    ListJoined,
    ListLeft,
    SlotHeld,
    SlotsFound,
    SlotTaken,
    StaffTold,
    SystemSilent,
    VisitBooked,
    VisitCancelled,
    VisitConfirmed,
    VisitMoved,
    VisitsFound,
)
from frontdesk.dialogue.state import Way
from frontdesk.domain.appointment import Appointment
from frontdesk.domain.faults import Impossible
from frontdesk.language.guard.ground import Ground, Record
from frontdesk.language.guard.mentions import Span

Evidence = Callable[[Ground], tuple[Record, ...] | None]
"""The visits or times that a claim holds for; () where it holds as such; None where it does not hold."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One claim of a text, and where it stands."""

    name: str
    span: Span


def _all_of(kind: type, facts: Ground) -> tuple[Record, ...] | None:
    visits = [
        one.appointment
        for one in facts.happened
        if isinstance(one, kind) and isinstance(one, VisitBooked | VisitMoved | VisitCancelled | VisitConfirmed)
    ]
    return facts.of(visits=visits) if visits else None


def _times_of(kind: type, facts: Ground) -> tuple[Record, ...] | None:
    kinds = (SlotTaken, CourseTaken) if kind is SlotTaken else (kind,)
    slots = [
        one.slot
        for one in facts.happened
        if isinstance(one, kinds) and isinstance(one, SlotHeld | SlotTaken | CourseTaken)
    ]
    return facts.of(slots=slots) if slots else None


def _booked(facts: Ground) -> tuple[Record, ...] | None:
    made = _made(facts)
    if any(visit.is_requested for visit in made):
        return None  # staff have not entered it: it may not be said to stand
    return facts.of(visits=made) if made else (() if facts.state.stands else None)


def _requested(facts: Ground) -> tuple[Record, ...] | None:
    made = [visit for visit in _made(facts) if visit.is_requested]
    return facts.of(visits=made) if made else (() if facts.state.requested else None)


def _made(facts: Ground) -> list[Appointment]:
    """What was booked in this turn, a course before a single visit."""
    courses = [visit for one in facts.happened if isinstance(one, CourseBooked) for visit in one.appointments]
    return courses or [one.appointment for one in facts.happened if isinstance(one, VisitBooked)]


def _forms_in(facts: Ground) -> tuple[Record, ...] | None:
    found = [form for one in facts.happened if isinstance(one, FormsFound) for form in one.forms]
    return () if any(form.sent_in for form in found) else None


def _happened(holds: Callable[[object], bool]) -> Evidence:
    return lambda facts: () if any(holds(one) for one in facts.happened) else None


def _code_sent(facts: Ground) -> tuple[Record, ...] | None:
    sent = facts.state.way is Way.CODE_SENT or any(isinstance(one, CodeSent) for one in facts.happened)
    return () if sent else None


def _nothing_done(facts: Ground) -> tuple[Record, ...] | None:
    done = (VisitBooked, VisitMoved, VisitCancelled, CourseBooked)
    return None if any(isinstance(one, done) for one in facts.happened) else ()


EVIDENCE: Mapping[str, Evidence] = {
    "booked": _booked,
    "requested": _requested,
    "moved": lambda facts: _all_of(VisitMoved, facts),
    "cancelled": lambda facts: _all_of(VisitCancelled, facts),
    "mailed": _happened(lambda one: isinstance(one, InvitationQueued)),
    "code_sent": _code_sent,
    "held": lambda facts: _times_of(SlotHeld, facts),
    "taken": lambda facts: _times_of(SlotTaken, facts),
    "told": _happened(lambda one: isinstance(one, StaffTold)),
    "alerted": _happened(lambda one: isinstance(one, ClinicAlerted)),
    "opted_out": _happened(lambda one: isinstance(one, ConsentRecorded) and not one.messages_allowed),
    "opted_in": _happened(lambda one: isinstance(one, ConsentRecorded) and one.messages_allowed),
    "nothing_free": _happened(lambda one: isinstance(one, SlotsFound) and not one.slots),
    "no_visits": _happened(lambda one: isinstance(one, VisitsFound) and not one.visits),
    "has_visits": _happened(lambda one: isinstance(one, VisitsFound) and bool(one.visits)),
    "waitlisted": _happened(lambda one: isinstance(one, ListJoined)),
    "off_waitlist": _happened(lambda one: isinstance(one, ListLeft)),
    "comes": lambda facts: _all_of(VisitConfirmed, facts),
    "insured": _happened(lambda one: isinstance(one, CoverageKept)),
    "form_in": _forms_in,
    "unreachable": _happened(lambda one: isinstance(one, SystemSilent)),
    "nothing_done": _nothing_done,
}
"""What must have happened, by the claim's name in the guard's files."""


def claims_in(text: str, language: str) -> list[Claim]:
    """Every claim that a text makes."""
    lower = text.lower().replace("’", "'")
    return [
        Claim(name=name, span=match.span())
        for name, patterns in _told(language).patterns.items()
        for pattern in patterns
        for match in pattern.finditer(lower)
    ]


def words_outside(text: str, claims: Iterable[Claim], language: str) -> list[str]:
    """Words that only claims have, where none of these claims has them."""
    spans = [claim.span for claim in claims]
    return [
        match.group()
        for match in _told(language).words.finditer(text.lower())
        if not any(start <= match.start() and match.end() <= end for start, end in spans)
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    patterns: Mapping[str, tuple[re.Pattern[str], ...]]
    words: re.Pattern[str]


@cache
def _told(language: str) -> _Told:
    told = yaml.safe_load((Path(__file__).parent / f"{language}.yaml").read_text(encoding="utf-8"))
    claims = told["claims"]
    if claims.keys() != EVIDENCE.keys():
        raise Impossible(f"guard/{language}.yaml: claims differ from claims.py: {claims.keys() ^ EVIDENCE.keys()}")
    return _Told(
        patterns={name: tuple(re.compile(one) for one in patterns) for name, patterns in claims.items()},
        words=re.compile(told["words_of_claims"]),
    )
