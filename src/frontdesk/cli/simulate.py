"""`frontdesk simulate`: a practice lived through by invented patients for months, on a virtual clock."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import click

from frontdesk.proving.simulating.figures import Lived, Spread, spread
from frontdesk.proving.simulating.habits import Habits, usual_habits
from frontdesk.proving.simulating.refilling import Refilled, all_refills
from frontdesk.proving.simulating.runs import Plan, all_lives, seeds_from

DAYS_A_MONTH = 365.25 / 12
NOTICES = (24, 3)
"""Hours before a visit at which it is cancelled, to see whether its time is taken again."""
SHARES = (
    ("missed", "visits missed, of those that came or were missed"),
    ("cancelled", "visits cancelled, of all that were made"),
    ("filled", "times that came free and were taken again"),
    ("filled_from_list", "of these times, taken by somebody who waited"),
    ("offers", "offers from the waitlist that were taken"),
    ("talks", "conversations that came to what was wanted"),
)


@click.command()
@click.option(
    "--practice", type=click.Choice(["smile"]), default="smile", show_default=True, help="The sample practice."
)
@click.option("--months", type=click.FloatRange(0.1, 24), default=6.0, show_default=True, help="How long it lives.")
@click.option("--seed", type=int, default=1, show_default=True, help="What chance begins with.")
@click.option(
    "--seeds", type=click.IntRange(1, 50), default=1, show_default=True, help="So many seeds, from --seed on."
)
@click.option(
    "--a-day",
    type=click.FloatRange(1, 40),
    default=16.0,
    show_default=True,
    help="Who ask for a visit, on an open day.",
)
@click.option(
    "--missed",
    type=click.FloatRange(0.1, 0.38),
    help="The share missed without reminders; left out, that of docs/simulation.md.",
)
@click.option(
    "--refills",
    type=click.IntRange(0, 1000),
    default=40,
    show_default=True,
    help="How often a visit is cancelled 24 and 3 hours ahead while 40 people wait for it.",
)
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
def command(
    practice: str,
    months: float,
    seed: int,
    seeds: int,
    a_day: float,
    missed: float | None,
    refills: int,
    as_json: bool,
) -> None:
    """Let invented patients live through the real desk, with reminders and without; docs/simulation.md says how.

    Nothing of this installation is touched: it runs on a database of its own, and nothing leaves the machine.
    """
    began = time.monotonic()
    habits = _habits(missed)
    plan = Plan(days=max(1, round(months * DAYS_A_MONTH)), seeds=seeds_from(seed, seeds), a_day=a_day, habits=habits)
    lives = all_lives(plan, on_each=lambda one: click.echo(_progress(one), err=True))
    refilled = [all_refills(habits, hours=hours, times=refills, seed=seed) for hours in NOTICES] if refills else []
    seconds = time.monotonic() - began
    if as_json:
        click.echo(json.dumps(_as_json(practice, plan, lives, refilled, seconds=seconds)))
        return
    click.echo("\n".join(_lines(plan, lives, refilled, seconds=seconds)))


def _habits(missed: float | None) -> Habits:
    usual = usual_habits()
    return usual if missed is None else replace(usual, missed_unreminded=missed)


def _progress(one: Lived) -> str:
    return f"seed {one.seed}, {_arm(one.reminded)}: {one.visits} visits in {one.seconds:.0f} s"


def _arm(reminded: bool) -> str:
    return "with reminders" if reminded else "without reminders"


def _lines(plan: Plan, lives: Sequence[Lived], refilled: Sequence[Refilled], *, seconds: float) -> Iterable[str]:
    yield f"{plan.days} days, seeds {', '.join(map(str, plan.seeds))}, {plan.a_day:g} requests on each open day"
    for reminded in plan.arms:
        those = [one for one in lives if one.reminded is reminded]
        yield f"{_arm(reminded)}: {sum(one.visits for one in those)} visits"
        for name, says in SHARES:
            yield f"  {_share(spread([getattr(one, name) for one in those])):<46} {says}"
        yield f"  {_share(spread([one.expected for one in those])):<46} by the figures put in, had nobody been reminded"
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


def _sum(counted: Iterable[object]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counted:
        assert isinstance(each, dict)  # as a life counts
        total.update(each)
    return total


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {many}" for name, many in sorted(counts.items())) or "none"


def _as_json(
    practice: str, plan: Plan, lives: Sequence[Lived], refilled: Sequence[Refilled], *, seconds: float
) -> dict[str, object]:
    arms = {}
    for reminded in plan.arms:
        those = [one for one in lives if one.reminded is reminded]
        broken = _sum(one.broken for one in those)
        arms["with" if reminded else "without"] = {
            "visits": sum(one.visits for one in those),
            **{name: _plain(spread([getattr(one, name) for one in those])) for name, _ in (*SHARES, ("expected", ""))},
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
