"""What the desk knows when a message arrives: the words mean nothing without it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from frontdesk.dialogue.state import Ask, Doubt, Known, Told
from frontdesk.domain.appointment import Slot
from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall

_IDLE = frozenset({None, Ask.CANCEL_MEANT})


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The moment a message is read in. `now` is UTC; `zone` is the location's; `language` is "en" or "es".

    `services_asked` are those that they were asked to choose from. `visit_stands`: a visit is booked that the patient
    may speak of; `gone`: one was just cancelled. `caller` is the number they write or call from, E.164. From speech,
    `alternatives` are what else the message may have been, best first, and `earlier` the tries at the same question
    before, each with all its alternatives, best first. `charts` are the few patients that something else has singled
    out; `region` is the country whose numbers and dates are meant. `spoken_of` is the day of the visit or the time that
    was spoken of last,
    `spoken_at` its time on the location's wall.
    `by_ear`: it was spoken; `doubt` is the detail that is being made sure of.
    `alarm`: an emergency was heard, and may not be over. `waits`: they are on the waitlist. `promised`: they were told
    that a person answers. `whose` are the given names of those who come to the visits that were spoken of together,
    "" where all are of one person, and `whose_at` the hour that each has on the location's wall. `told` is what was
    answered just before. `called`: for whom, by their first name, the desk has placed the call that this was said in.
    """

    now: datetime
    zone: ZoneInfo
    practice: Practice
    language: str = "en"
    asked: Ask | None = None
    offered: tuple[Slot, ...] = ()
    known: Known = field(default_factory=Known)
    visit_stands: bool = False
    gone: bool = False
    caller: str | None = None
    services_asked: tuple[ServiceId, ...] = ()
    alternatives: tuple[str, ...] = ()
    earlier: tuple[tuple[str, ...], ...] = ()
    charts: tuple[Patient, ...] = ()
    region: str = "US"
    spoken_of: date | None = None
    spoken_at: time | None = None
    alarm: bool = False
    waits: bool = False
    promised: bool = False
    whose: tuple[str, ...] = ()
    whose_at: tuple[time, ...] = ()
    by_ear: bool = False
    doubt: Doubt | None = None
    told: Told = field(default_factory=Told)
    called: str | None = None

    def __post_init__(self) -> None:
        if self.now.tzinfo is not UTC:
            raise Impossible(f"Context needs `now` in UTC; got {self.now}")

    @property
    def is_open(self) -> bool:
        """Whether a visit stands or is being talked about: then "cancel" is said of it.

        An answer to an offer is of the offer: who asked them to come again is told "cancel" as a no to such texts.
        """
        if self.asked is Ask.COME_AGAIN:
            return False
        return self.visit_stands or bool(self.offered) or self.asked not in _IDLE or self.known.service is not None

    @property
    def today(self) -> date:
        """The date on the location's wall."""
        return wall(self.now, self.zone).date()

    @property
    def clock(self) -> time:
        """What the clock on the location's wall shows."""
        return wall(self.now, self.zone).time()
