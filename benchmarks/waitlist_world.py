"""People who wait, as far as they can be told from published figures and guesses, and times that open up for them.

They live through the very ranking and the very waves that the desk uses; only they, and the hours, are made up. How
often an offer is taken is the figure that the project is measured by; how long an answer takes is a guess: half of them
come within a quarter of an hour, and one in ten after more than an hour.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from frontdesk.scheduling.ranking import Candidate, Fit, Urgency, part_of_each, rank
from frontdesk.scheduling.waves import CHANCE, One, Over, Wave, next_step, time_to_ask

ZONE = ZoneInfo("America/Chicago")
FIRST, LAST = time(8), time(20)
MONDAY = datetime(2026, 6, 1, 13, tzinfo=UTC)
"""Eight in the morning on the wall."""
LOOK_EVERY = timedelta(minutes=2)
USUAL_LEAD = timedelta(hours=2)
"""How long before a visit it must be booked, where a practice says nothing else."""
MEDIAN, SPREAD = 14.0, 1.2
"""Minutes until an answer, log-normal (guesses)."""
REFUSES = 0.3
"""How often an offer is refused in words; the others say nothing (a guess)."""
GROUPS: dict[str, tuple[str, ...]] = {
    "language": ("English", "Spanish"),
    "age": ("under 30", "30 to 64", "65 and over"),
    "insurance": ("private", "public", "uninsured"),
    "distance": ("near", "far"),
    "earlier no-shows": ("never away", "stayed away"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who waits. `group` names what the ranking must not see; `notice` is how soon they can come."""

    id: UUID
    joined: datetime
    fit: Fit
    group: tuple[str, ...]
    days: frozenset[int]
    notice: timedelta
    urgency: Urgency = Urgency.ROUTINE


@dataclass(kw_only=True, slots=True)
class Refill:
    """What became of one time. `asked`: to whom it was offered, in order; `gone`: who wanted it and had to hear so."""

    filled: bool = False
    taken_by: UUID | None = None
    asked: list[UUID] = field(default_factory=list)
    told_gone: int = 0
    wanted_and_gone: int = 0
    broken_promises: int = 0


@dataclass(kw_only=True, slots=True)
class _Open:
    until: datetime
    says: datetime | None
    wants: bool
    held: bool


def refill(
    people: Sequence[Candidate], *, now: datetime, start: datetime, random: Random, lead: timedelta = USUAL_LEAD
) -> Refill:
    """Offer one time until somebody has it, or it is too late; every two minutes is looked what to do."""
    result, out = Refill(), dict[UUID, _Open]()
    left_to_ask, next_at, racing = list(rank(people, now=now)), now, False
    while now < start:
        for id, one in sorted(out.items(), key=lambda each: each[1].says or start):
            if one.says is None or one.says > now:
                continue
            holder = next((other for other, its in out.items() if its.held and its.until > now), None)
            if not one.wants:
                out.pop(id)
            elif holder is None or holder == id:
                result.filled, result.taken_by = True, id
                out.pop(id)
                result.told_gone = sum(its.until > now for its in out.values())
                result.wanted_and_gone += sum(its.wants and its.says is not None for its in out.values())
                result.broken_promises = sum(its.held and its.until > now for its in out.values())
                return result
            else:
                result.wanted_and_gone += 1
                out.pop(id)
        held = any(one.held and one.until > now for one in out.values())
        if not held and now >= next_at:
            left = time_to_ask(now, start, zone=ZONE, first=FIRST, last=LAST, lead=lead)
            here = now.astimezone(ZONE).time()
            match next_step(left=left, people=len(left_to_ask), racing=racing) if FIRST <= here < LAST else Over():
                case One(keep=keep):
                    asked, until, next_at = left_to_ask[:1], now + keep, now
                    _ask(result, out, [one.id for one in asked], now=now, until=until, held=True, random=random)
                    left_to_ask = left_to_ask[1:]
                case Wave(size=size, then=then, open_for=open_for):
                    asked, until, next_at = left_to_ask[:size], now + open_for, now + then
                    _ask(result, out, [one.id for one in asked], now=now, until=until, held=False, random=random)
                    left_to_ask, racing = left_to_ask[size:], True
                case Over():
                    pass
        now += LOOK_EVERY
    return result


def _ask(
    result: Refill,
    out: dict[UUID, _Open],
    whom: Sequence[UUID],
    *,
    now: datetime,
    until: datetime,
    held: bool,
    random: Random,
) -> None:
    for id in whom:
        chance = random.random()
        speaks = chance < CHANCE + REFUSES
        says = now + timedelta(minutes=max(1.0, random.lognormvariate(0, SPREAD) * MEDIAN)) if speaks else None
        out[id] = _Open(until=until, says=says, wants=chance < CHANCE, held=held)
        result.asked.append(id)


def refills(*, notice: timedelta, people: int, times: int, seed: int, lead: timedelta = USUAL_LEAD) -> list[Refill]:
    """So many times that open up with that notice, at any hour of the day at which there is so much of it left."""
    random = Random(seed)
    results = []
    for _ in range(times):
        latest = 12 * 60 if notice >= timedelta(hours=12) else 12 * 60 - int(notice.total_seconds() // 60)
        now = MONDAY + timedelta(minutes=random.randrange(latest))
        waiting = [
            Candidate(
                id=UUID(int=random.getrandbits(128)),
                joined=now - timedelta(days=random.expovariate(1 / 20)),
                fit=random.choice(list(Fit)),
            )
            for _ in range(people)
        ]
        results.append(refill(waiting, now=now, start=now + notice, random=random, lead=lead))
    return results


@dataclass(kw_only=True, slots=True)
class Shares:
    """Of each group: how many of the offers it got, and how many it would have had if all who could come were equal."""

    offers: Counter[str] = field(default_factory=Counter)
    due: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    made: int = 0

    def behind(self, group: str) -> float:
        """By how much of all offers a group had less than its share; below nought it had more."""
        return (self.due[group] - self.offers[group]) / max(self.made, 1)


Order = Callable[[Sequence[Candidate], datetime], list[UUID]]


def fair_order(candidates: Sequence[Candidate], now: datetime) -> list[UUID]:
    """As the desk ranks them."""
    return [one.id for one in rank(candidates, now=now)]


def seasons(*, people: int, days: int, a_day: int, seed: int, order: Order = fair_order) -> Shares:
    """A list that is always as long, and so many times a day that open up with a few hours' to some days' notice.

    Who gets a time leaves the list, and somebody joins. At most one offer a day and three a week go to one person.
    """
    random, shares = Random(seed), Shares()
    waiting = [_person(random, MONDAY) for _ in range(people)]
    had: dict[UUID, list[datetime]] = {}
    owed: defaultdict[UUID, float] = defaultdict(float)
    for day in range(days):
        for _ in range(a_day):
            now = MONDAY + timedelta(days=day, minutes=random.randrange(9 * 60))
            notice = timedelta(hours=random.choice((3, 6, 24, 48)))
            weekday = (now + notice).weekday()
            able = [
                one
                for one in waiting
                if one.notice <= notice and weekday in one.days and _may_be_asked(had.get(one.id, []), now)
            ]
            candidates = [
                Candidate(
                    id=one.id,
                    joined=one.joined,
                    fit=one.fit,
                    urgency=one.urgency,
                    owed=owed[one.id],
                )
                for one in able
            ]
            asked = order(candidates, now)[: _until_taken(random)]
            groups = {one.id: one.group for one in able}
            shares.made += len(asked)
            left = {one.id for one in able}
            for id in asked:
                for each in left:
                    owed[each] += part_of_each(asked=1, among=len(left))
                owed[id] -= 1
                left.discard(id)
                had.setdefault(id, []).append(now)
                shares.offers.update(groups[id])
            for one in able:
                for group in one.group:
                    shares.due[group] += len(asked) / len(able)
            if asked and random.random() < 0.9:  # the last of them took it
                waiting = [one for one in waiting if one.id != asked[-1]]
                waiting.append(_person(random, now))
    return shares


def several_seasons(seeds: Iterable[int], *, order: Order = fair_order) -> Shares:
    """The same for lists of 150 people and four times a day over two months, added up."""
    together = Shares()
    for seed in seeds:
        one = seasons(people=150, days=60, a_day=4, seed=seed, order=order)
        together.offers.update(one.offers)
        for group, due in one.due.items():
            together.due[group] += due
        together.made += one.made
    return together


def _until_taken(random: Random) -> int:
    asked = 1
    while random.random() >= CHANCE and asked < 40:
        asked += 1
    return asked


def _may_be_asked(had: Sequence[datetime], now: datetime) -> bool:
    lately = [at for at in had if now - at < timedelta(days=7)]
    return len(lately) < 3 and all(now - at >= timedelta(days=1) for at in lately)


def _person(random: Random, now: datetime) -> Person:
    """Who lives far away needs more notice; who is older names fewer hours (guesses, so that groups do differ)."""
    group = tuple(random.choice(names) for names in GROUPS.values())
    old = "65 and over" in group
    fit = Fit.ANY_TIME if random.random() < (0.6 if old else 0.35) else random.choice((Fit.PARTLY, Fit.CLOSELY))
    many = {Fit.ANY_TIME: 7, Fit.PARTLY: 4, Fit.CLOSELY: 3}[fit]
    return Person(
        id=UUID(int=random.getrandbits(128)),
        joined=now - timedelta(days=random.expovariate(1 / 10)),
        fit=fit,
        group=group,
        days=frozenset(random.sample(range(7), many)),
        notice=timedelta(hours=random.choice((4, 20)) if "far" in group else random.choice((1, 2, 4))),
        urgency=random.choices(list(Urgency), weights=(85, 12, 3))[0],
    )
