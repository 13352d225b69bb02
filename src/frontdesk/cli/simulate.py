"""`frontdesk simulate`: a practice lived through by invented patients for months, on a virtual clock."""

import json
import time
from dataclasses import replace

import click

from frontdesk.proving.simulating.habits import Habits, usual_habits
from frontdesk.proving.simulating.refilling import all_refills
from frontdesk.proving.simulating.report import as_json, lines, progress
from frontdesk.proving.simulating.runs import Plan, all_lives, seeds_from

DAYS_A_MONTH = 365.25 / 12
NOTICES = (24, 3)
"""Hours before a visit at which it is cancelled, to see whether its time is taken again."""


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
@click.option("--json", "wants_json", is_flag=True, help="Everything as one JSON object.")
def command(
    practice: str,
    months: float,
    seed: int,
    seeds: int,
    a_day: float,
    missed: float | None,
    refills: int,
    wants_json: bool,
) -> None:
    """Let invented patients live through the real desk, with reminders and without; docs/simulation.md says how.

    Nothing of this installation is touched: it runs on a database of its own, and nothing leaves the machine.
    """
    began = time.monotonic()
    habits = _habits(missed)
    plan = Plan(days=max(1, round(months * DAYS_A_MONTH)), seeds=seeds_from(seed, seeds), a_day=a_day, habits=habits)
    lives = all_lives(plan, on_each=lambda one: click.echo(progress(one), err=True))
    refilled = [all_refills(habits, hours=hours, times=refills, seed=seed) for hours in NOTICES] if refills else []
    seconds = time.monotonic() - began
    if wants_json:
        click.echo(json.dumps(as_json(practice, plan, lives, refilled, seconds=seconds)))
        return
    click.echo("\n".join(lines(plan, lives, refilled, seconds=seconds)))


def _habits(missed: float | None) -> Habits:
    usual = usual_habits()
    return usual if missed is None else replace(usual, missed_unreminded=missed)
