"""The world around one desk: people with their visits, what they are about to do, and what was counted."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId, PractitionerId, ServiceId
from frontdesk.domain.time import Period, instant
from frontdesk.proving.clinic.task import Goal
from frontdesk.proving.simulating.desk import SimulatedDesk
from frontdesk.proving.simulating.fate import Fate, draw_fate
from frontdesk.proving.simulating.habits import Habits
from frontdesk.proving.simulating.people import Someone
from frontdesk.proving.simulating.talking import Held, gives_up, hold, words

HOT_FOR = timedelta(minutes=15)
"""So long after a time came free, or somebody joined or said no, each look is at the waitlist too."""
AFTER = timedelta(minutes=5)
"""So long after a visit's end somebody marks what came of it."""
OPENS = time(8)
Act = Callable[[], Awaitable[None]]


@dataclass(kw_only=True)
class Visit:
    """A visit as the world knows it. `how` it was made: "phone", "text" or "offer"."""

    id: AppointmentId
    who: int
    service: ServiceId
    practitioner: PractitionerId
    during: Period
    made: datetime
    how: str
    fate: Fate
    reminders: int = 0
    came: bool | None = None
    cancelled: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether somebody is still to come."""
        return self.came is None and self.cancelled is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Freed:
    """A time that came free before it began: its visit was cancelled, or moved away."""

    practitioner: PractitionerId
    during: Period
    at: datetime


@dataclass(kw_only=True)
class Told:
    """What was counted. `wanted` and `got`: conversations by what was wanted, and those that came to it."""

    messages: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    got: Counter[str] = field(default_factory=Counter)
    freed: list[Freed] = field(default_factory=list)
    in_vain: list[Held] = field(default_factory=list)


class World:
    """Everybody and everything but the desk. The same seed and the same desk make the same world."""

    def __init__(self, desk: SimulatedDesk, people: list[Someone], habits: Habits, *, seed: int) -> None:
        self.desk = desk
        self.people = people
        self.habits = habits
        self.zone: ZoneInfo = desk.practice.locations[0].zone
        self.hot_until = desk.now
        self.told = Told()
        self.visits: dict[AppointmentId, Visit] = {}
        self._seed = seed
        self._acts: list[tuple[datetime, int, Act]] = []
        self._order = count()
        self._made: Counter[int] = Counter()

    def at(self, when: datetime, act: Act) -> None:
        """It is done then."""
        heappush(self._acts, (when, next(self._order), act))

    @property
    def next_act(self) -> datetime | None:
        """When something is done next."""
        return self._acts[0][0] if self._acts else None

    async def acts(self) -> None:
        """Do what is next."""
        await heappop(self._acts)[2]()

    def chance(self, what: str) -> Random:
        """A chance of its own for each thing, so that what differs in one place changes no other."""
        return Random(f"{self._seed} {what}")

    def is_now(self, visit: Visit) -> bool:
        """Whether the visit stands as it is known here, and has not begun."""
        return self.visits.get(visit.id) is visit and visit.stands and visit.during.start > self.desk.now

    async def talks(self, one: Someone, goal: Goal, *, chance: Random, how: str, day: date | None = None) -> None:
        """Somebody holds a conversation. `day`: if they come to wait, they do so for that day."""
        before = self._standing(one)
        held = await hold(self.desk, one, goal, chance=chance)
        await self.notices(one, how=how)
        self.told.wanted[held.wanted] += 1
        if held.waits:
            self._joins(one, until=day)
        if held.waits or self._standing(one) != before:
            self.told.got[held.wanted] += 1
        else:
            self.told.in_vain.append(held)

    async def cancels(self, visit: Visit, *, by_text: bool) -> None:
        """Somebody gives a visit up: by text, or on the phone, and the front desk takes it out."""
        if not self.is_now(visit):
            return
        one = self.people[visit.who]
        if by_text:
            chance = self.chance(f"cancels {one.number} {visit.during.start}")
            called = self.desk.practice.service(visit.service).name
            await self.talks(one, gives_up(words("cancel", one, chance), called=called), chance=chance, how="text")
        else:
            await self.desk.cancels(visit.id)
            await self.notices(one, how="phone")

    async def notices(self, one: Someone, *, how: str) -> None:
        """What has changed among somebody's visits is known from now on."""
        for found in await self.desk.visits_of(one):
            known = self.visits.get(found.id)
            if known is None and found.status is Status.BOOKED and found.during.start > self.desk.now:
                self._enters(one, found, how=how)
            elif known is not None and known.stands and found.status is Status.CANCELLED:
                known.cancelled = self.desk.now
                self._frees(known)
            elif known is not None and known.stands and found.during.start != known.during.start:
                self._frees(known)
                self._enters(one, found, how=how)

    def _enters(self, one: Someone, found: Appointment, *, how: str) -> None:
        assert found.service is not None  # a visit, and no time kept free
        assert found.practitioner is not None
        now, number = self.desk.now, self._made[one.number]
        self._made[one.number] += 1
        chance = self.chance(f"fate {one.number} {number}")
        fate = draw_fate(self.habits, made=now, start=found.during.start, chance=chance)
        self.visits[found.id] = visit = Visit(
            id=found.id,
            who=one.number,
            service=found.service,
            practitioner=found.practitioner,
            during=found.during,
            made=now,
            how=how,
            fate=fate,
        )
        self.at(found.during.end + AFTER, lambda: self._is_over(visit))
        if fate.cancelled is not None:
            self.at(max(fate.cancelled, now), lambda: self.cancels(visit, by_text=fate.by_text))

    def _frees(self, visit: Visit) -> None:
        self.told.freed.append(Freed(practitioner=visit.practitioner, during=visit.during, at=self.desk.now))
        self.hot_until = self.desk.now + HOT_FOR

    async def _is_over(self, visit: Visit) -> None:
        if self.visits.get(visit.id) is visit and visit.stands:
            visit.came = not visit.fate.is_missed(self.habits, reminders=visit.reminders)
            await self.desk.marks(visit.id, Status.FULFILLED if visit.came else Status.NOSHOW)

    def _joins(self, one: Someone, *, until: date | None) -> None:
        """They wait; when the day that they wait for is over, the front desk takes them off the list."""
        joined = self.desk.now
        self.hot_until = joined + HOT_FOR
        if until is not None:
            over = instant(until + timedelta(days=1), OPENS, self.zone).astimezone(UTC)
            self.at(over, lambda: self.desk.takes_off_the_list(one, joined=joined))

    def _standing(self, one: Someone) -> set[tuple[AppointmentId, datetime]]:
        mine = [visit for visit in self.visits.values() if visit.who == one.number and visit.stands]
        return {(visit.id, visit.during.start) for visit in mine}
