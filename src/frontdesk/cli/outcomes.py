"""`frontdesk outcomes`: what came of the desk's work, each figure with what it is a share of and how sure it is."""

import asyncio
import csv
import json
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.threads import practices_of
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, wall
from frontdesk.outcomes.figures import COLUMNS, Figure, Unit, row_of
from frontdesk.reception.outcomes import Outcomes, Shown, days
from frontdesk.reception.outcomes import outcomes as outcomes_of
from frontdesk.settings import read_settings
from frontdesk.wiring import open_frontdesk, ready

NAMES = {
    "missed": "visits missed, of those that took place or were missed",
    "missed-base": "the same before",
    "missed-change": "change since then",
    "cancelled-late": "visits cancelled too late, of those kept, missed or cancelled too late",
    "not-said": "visits of which nobody marked what came of them",
    "offers-taken": "offers from the waitlist that were taken",
    "hours-filled": "hours filled from the waitlist, of hours that came free",
    "by-assistant": "visits that the assistant booked",
    "after-hours": "of its bookings, made while the clinic was closed",
    "resolved": "what patients came for: done, right, no contact about it in 72 h",
    "without-a-person": "ended without a person and without another contact in 72 h",
    "answered": "patients' messages that the assistant answered",
    "response-time": "answered within, of the answers",
    "handed-over": "conversations that came to a person",
    "hand-off": "came to a person because",
    "hours-recovered": "hours from the waitlist that took place",
    "money-recovered": "worth of those visits, where the price is one amount",
}
HIDDEN = {"missed-week"}
"""For the plot, and the table."""


@click.command()
@click.option("--practice", "key", help="The practice's short name; left out, every practice is looked at.")
@click.option("--from", "first", help="The first day, such as 2026-05-01; left out, 28 days before the last.")
@click.option("--to", "last", help="The last day; left out, yesterday.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line, a line for each figure.")
@click.option("--csv", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write a file for each query.")
def command(key: str | None, first: str | None, last: str | None, as_json: bool, folder: Path | None) -> None:
    """What came of the desk's work. Days are those of the practice's first location."""
    settings = read_settings(os.environ)
    with ready(settings) as database:

        async def run() -> None:
            async with open_frontdesk(settings, database) as desk:
                now = desk.clock.now()
                for practice in await practices_of(desk, key):
                    within = stretch(practice.locations[0].zone, first, last, now=now)
                    async with desk.storage.practice(practice.id) as db:
                        found = await outcomes_of(db, practice, within, now=now)
                    if as_json:
                        for figure in found.all_figures():
                            click.echo(json.dumps({"practice": practice.key, **row_of(figure)}))
                    elif folder is not None:
                        for path in write_tables(found, folder / practice.key if key is None else folder):
                            click.echo(str(path))
                    else:
                        click.echo("\n".join(_lines(practice, found)))

        asyncio.run(run())


def stretch(zone: ZoneInfo, first: str | None, last: str | None, *, now: datetime) -> Period:
    """The days from first to last, both whole, on the wall. Raises: CommandFault."""
    start = _day(first, "--from") if first else None
    end = _day(last, "--to") if last else None
    if (within := days(zone, start, end, now=now)) is None:
        raise CommandFault(f"--from is {start}, after the last day, {end or 'yesterday'}; turn them round.")
    return within


def write_tables(found: Outcomes, folder: Path) -> list[Path]:
    """A file for each query, named after it, with a row for each figure; the files that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    by_query: dict[str, list[Figure]] = {}
    for figure in found.all_figures():
        by_query.setdefault(figure.query, []).append(figure)
    paths = []
    for query, figures in by_query.items():
        path = folder / f"{query}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, COLUMNS)
            table.writeheader()
            table.writerows(row_of(figure) for figure in figures)
        paths.append(path)
    return paths


def _day(words: str, option: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise CommandFault(f"{option} is {words!r}; write a day like 2026-05-01.") from None


def _lines(practice: Practice, found: Outcomes) -> list[str]:
    zone = practice.locations[0].zone
    first, last = wall(found.within.start, zone).date(), wall(found.within.end, zone).date() - timedelta(days=1)
    lines = [f"{practice.name}, {first} to {last}"]
    for figure in found.figures:
        if figure.name not in HIDDEN:
            part = f" ({figure.part})" if figure.part else ""
            lines.append(f"  {_value(figure):>9}  {_of(figure):<18} {_sure(figure):<20} {NAMES[figure.name]}{part}")
    for one in found.experiments:
        lines += _experiment(one)
    if found.learned is not None:
        model = found.learned.model
        told = "tells visits apart" if model.knows else "tells no visits apart yet: the base rate stands for each"
        lines.append(
            f"  Risk of a missed visit, learned {found.learned.at:%Y-%m-%d} from {model.base.of} visits: {told}"
        )
        if model.tried is not None:
            tried, base = model.tried.brier, model.tried.base_brier
            lines.append(
                f"    on visits not seen before: Brier {tried:.4f} (base rate {base:.4f}), calibration error "
                f"{model.tried.error:.3f}, {sum(one.missed.of for one in model.tried.bins)} visits"
            )
    return lines


def _experiment(shown: Shown) -> list[str]:
    one, judged = shown.experiment, shown.judged
    arms = ", ".join(f"{arm.value} {many}" for arm, many in shown.assigned.items())
    lines = [
        f"  Experiment {one.id}: {judged.standing.value}; "
        f"{judged.known} of {judged.wanted} {one.counted_in} known ({arms})",
    ]
    if shown.sees is not None:
        lines.append(f"    planned to see a fall of {shown.sees:.1%} or more, in four of five cases")
    if judged.next_look is not None:
        lines.append(f"    looked at next when {judged.next_look} are known; until then nothing is told")
    if judged.first is not None and judged.second is not None and judged.change is not None:
        low, high = judged.change.interval.low, judged.change.interval.high
        lines.append(
            f"    usual {judged.first.hits} of {judged.first.of}, other {judged.second.hits} of {judged.second.of}: "
            f"{judged.change.value:+.1%} ({low:+.1%} to {high:+.1%})"
        )
    return lines


def _value(figure: Figure) -> str:
    value = figure.value
    if value is None:
        return "-"
    match figure.unit:
        case Unit.SHARE:
            return f"{value:.1%}"
        case Unit.CHANGE:
            return f"{value:+.1%}"
        case Unit.SECONDS:
            return f"{value:.1f} s"
        case Unit.MONEY:
            return f"{value:,.2f}"
        case Unit.LOG_ODDS:
            return f"{value:+.2f}"


def _of(figure: Figure) -> str:
    return f"{_plain(figure.numerator)} of {_plain(figure.denominator)}"


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:.1f}"


def _sure(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    sign = "+" if figure.unit is Unit.CHANGE else ""
    return f"{figure.low:{sign}.1%} to {figure.high:{sign}.1%}"
