"""What a life came to, and what several lives came to together, each share with what it is a share of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from statistics import mean, stdev

from frontdesk.outcomes.proportions import Interval, Rate
from frontdesk.proving.simulating.judging import Broken, Judge
from frontdesk.proving.simulating.world import Freed, Visit, World

T_95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
"""Student's t that 95 of 100 lie within, for 1 to 10 degrees of freedom; from then on 2.2 is a little too wide."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lived:
    """One life, its `shares` by name (report.py says what each is a share of)."""

    seed: int
    reminded: bool
    days: int
    visits: int
    shares: Mapping[str, Rate]
    messages: Mapping[str, int]
    answers: Mapping[str, int]
    broken: Mapping[str, int]
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """A share over several seeds: the mean, and where it lies in 95 of 100 such runs; of one seed its own interval."""

    value: float | None
    interval: Interval | None
    hits: int
    of: int


def lived(world: World, judge: Judge, *, seed: int, reminded: bool, days: int, seconds: float) -> Lived:
    """What was counted in a life."""
    told, visits = world.told, list(world.visits.values())
    over = [visit for visit in visits if visit.came is not None]
    lead = world.desk.practice.policies.lead_time
    freed = [one for one in told.freed if one.during.start < world.desk.now and one.during.start - one.at > lead]
    filled = [_taken_again(one, visits) for one in freed]
    return Lived(
        seed=seed,
        reminded=reminded,
        days=days,
        visits=len(over),
        shares={
            "missed": Rate(hits=sum(visit.came is False for visit in over), of=len(over)),
            "expected": Rate(hits=sum(_misses_unreminded(world, visit) for visit in over), of=len(over)),
            "cancelled": Rate(hits=sum(visit.cancelled is not None for visit in visits), of=len(visits)),
            "filled": Rate(hits=sum(one is not None for one in filled), of=len(freed)),
            "filled_from_list": Rate(hits=sum(one is not None and one.how == "offer" for one in filled), of=len(freed)),
            "offers": Rate(hits=sum(visit.how == "offer" for visit in visits), of=told.messages["waitlist-offer"]),
            "talks": Rate(hits=told.got.total(), of=told.wanted.total()),
        },
        messages=dict(sorted(told.messages.items())),
        answers=dict(sorted(told.answers.items())),
        broken={rule.value: judge.broken[rule] for rule in Broken},
        seconds=seconds,
    )


def _misses_unreminded(world: World, visit: Visit) -> bool:
    return visit.fate.is_missed(world.habits, reminders=0)


def spread(rates: Sequence[Rate]) -> Spread:
    """The rates of several seeds together."""
    hits, of = sum(rate.hits for rate in rates), sum(rate.of for rate in rates)
    values = [rate.value for rate in rates if rate.value is not None]
    if len(values) < 2:
        one = Rate(hits=hits, of=of)
        return Spread(value=one.value, interval=one.interval(), hits=hits, of=of)
    middle = mean(values)
    t = T_95[len(values) - 2] if len(values) - 2 < len(T_95) else T_95[-1]
    half = t * stdev(values) / sqrt(len(values))
    return Spread(
        value=middle, interval=Interval(low=max(0.0, middle - half), high=min(1.0, middle + half)), hits=hits, of=of
    )


def _taken_again(freed: Freed, visits: Sequence[Visit]) -> Visit | None:
    """The visit that somebody else has, or had, at that time, made after it came free."""
    for visit in visits:
        later = visit.made >= freed.at - timedelta(minutes=1) and visit.cancelled is None
        if later and visit.practitioner == freed.practitioner and visit.during.overlaps(freed.during):
            return visit
    return None
