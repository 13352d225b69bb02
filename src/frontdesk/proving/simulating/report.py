"""What lives came to, as lines for people and as one object for programs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from frontdesk.proving.simulating.figures import Lived, Spread, spread
from frontdesk.proving.simulating.refilling import Refilled
from frontdesk.proving.simulating.runs import Plan

SAYS = {
    "missed": "visits missed, of those that came or were missed",
    "expected": "would have been, by the figures put in, had nobody been reminded",
    "cancelled": "visits cancelled, of all that were made",
    "filled": "times that came free and were taken again",
    "filled_from_list": "of these times, taken by somebody who waited",
    "offers": "offers from the waitlist that were taken",
    "talks": "conversations that came to what was wanted",
}


def progress(one: Lived) -> str:
    """A line when a life is over."""
    return f"seed {one.seed}, {_arm(one.reminded)}: {one.visits} visits in {one.seconds:.0f} s"


def _arm(reminded: bool) -> str:
    return "with reminders" if reminded else "without reminders"


def lines(plan: Plan, lives: Sequence[Lived], refilled: Sequence[Refilled], *, seconds: float) -> Iterator[str]:
    """The report."""
    yield f"{plan.days} days, seeds {', '.join(map(str, plan.seeds))}, {plan.a_day:g} requests on each open day"
    for reminded in plan.arms:
        those = [one for one in lives if one.reminded is reminded]
        yield f"{_arm(reminded)}: {sum(one.visits for one in those)} visits"
        for name, found in _shares(those).items():
            yield f"  {_share(found):<46} {SAYS[name]}"
        yield f"  sent: {_counted(_sum(one.messages for one in those))}"
        yield f"  answered: {_counted(_sum(one.answers for one in those))}"
        broken = _sum(one.broken for one in those)
        yield f"  rules broken: {broken.total()} ({_counted(broken)})"
    for each in refilled:
        yield (
            f"cancelled {each.hours} h ahead, {each.waiting} waiting: refilled {_share(spread([each.refilled]))}; "
            f"{each.asked:.1f} asked; the most that can be had {each.ceiling:.1%}; rules broken {each.broken}"
        )
    yield f"in {seconds / 60:.1f} minutes"


def _share(found: Spread) -> str:
    if found.value is None or found.interval is None:
        return f"- ({found.hits} of {found.of})"
    return f"{found.value:.1%} ({found.interval.low:.1%} to {found.interval.high:.1%}), {found.hits} of {found.of}"


def _shares(lives: Sequence[Lived]) -> dict[str, Spread]:
    return {name: spread([one.shares[name] for one in lives]) for name in SAYS}


def _sum(counted: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counted:
        total.update(each)
    return total


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {many}" for name, many in sorted(counts.items())) or "none"


def as_json(
    practice: str, plan: Plan, lives: Sequence[Lived], refilled: Sequence[Refilled], *, seconds: float
) -> dict[str, object]:
    """The same as one object; a share has its numerator, its denominator and its interval."""
    arms = {}
    for reminded in plan.arms:
        those = [one for one in lives if one.reminded is reminded]
        broken = _sum(one.broken for one in those)
        arms["with" if reminded else "without"] = {
            "visits": sum(one.visits for one in those),
            **{name: _plain(found) for name, found in _shares(those).items()},
            "messages": dict(_sum(one.messages for one in those)),
            "answers": dict(_sum(one.answers for one in those)),
            "broken": dict(broken),
            "rules_broken": broken.total(),
        }
    return {
        "practice": practice,
        "days": plan.days,
        "seeds": list(plan.seeds),
        "requests_a_day": plan.a_day,
        "reminders": arms,
        "refills": [
            {
                "hours": each.hours,
                "waiting": each.waiting,
                "refilled": _plain(spread([each.refilled])),
                "asked": each.asked,
                "ceiling": each.ceiling,
                "rules_broken": each.broken,
            }
            for each in refilled
        ],
        "seconds": round(seconds, 1),
    }


def _plain(found: Spread) -> dict[str, float | None]:
    low, high = (found.interval.low, found.interval.high) if found.interval else (None, None)
    return {"value": found.value, "low": low, "high": high, "numerator": found.hits, "denominator": found.of}
