"""`frontdesk systems certify`: what a connector can, shown on a simulated system and not claimed."""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.quiet import quiet
from frontdesk.proving.certifying.check import Failed, Passed, Result, Skipped
from frontdesk.proving.certifying.suite import Certificate, Tally, certificate, results
from frontdesk.storage.database import Storage
from frontdesk.storage.throwaway import throwaway_postgres
from frontdesk.systems.manifest import Ability, manifests
from frontdesk.vault.master import MasterKey

HEADING = ("system", "depth", "passed", "failed", "not applicable", "seconds", "faults tried")
WORDS = {Passed: "ok", Failed: "FAILED", Skipped: "cannot"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """The suite on one connector: what came of it, how long it took, and how many calls were struck by a fault."""

    done: Certificate
    seconds: float
    faults: int


@click.command()
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every connector there is.")
@click.option("--short", is_flag=True, help="Only some of the faults, drawn by a seed, instead of each at each call.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for all of them.")
def certify(names: tuple[str, ...], every: bool, short: bool, as_json: bool) -> None:
    """Run the one suite of all connectors on NAMES (the folders' names), each against its simulated system."""
    known = [one.key for one in manifests()]
    chosen = known if every else list(names)
    unknown = [name for name in chosen if name not in known]
    if unknown or not chosen:
        wanted = f"There is no connector named {unknown[0]}." if unknown else "Name a connector, or give --all."
        raise CommandFault(f"{wanted} There are: {', '.join(known)}.")
    with quiet(logging.CRITICAL), throwaway_postgres() as postgres:  # faults are the point
        url = postgres.database("certifying")
        master = MasterKey.made(postgres.home / "master.key")
        found = [asyncio.run(_certified(name, url, master, long=not short, quiet=as_json)) for name in chosen]
    if as_json:
        click.echo(json.dumps({one.done.manifest.key: _as_json(one) for one in found}, indent=2))
    elif every or len(found) > 1:
        click.echo("\n".join(table(found)))
    if not all(one.done.holds for one in found):
        sys.exit(1)


async def _certified(name: str, url: str, master: MasterKey, *, long: bool, quiet: bool) -> Run:
    tally, began = Tally(), time.monotonic()
    storage = Storage(url, master=master)
    await storage.open()
    found: list[Result] = []
    if not quiet:
        click.echo(f"{name}:")
    try:
        async for result in results(name, storage, long=long, tally=tally):
            found.append(result)
            if not quiet:
                click.echo(f"  {WORDS[type(result)]:7} {result.check.name}: {_seen(result)}")
    finally:
        await storage.close()
    done = certificate(name, found)
    if not quiet:
        _tell(done)
    return Run(done=done, seconds=time.monotonic() - began, faults=tally.faults)


def _tell(done: Certificate) -> None:
    manifest = done.manifest
    click.echo(f"\n{manifest.name}: depth {done.depth.value}; every step of it was shown against the simulated system.")
    click.echo(f"  can:    {', '.join(one.value for one in manifest.can if one in done.proven)}")
    for part in manifest.parts:
        click.echo(f"  only with the setting {part.setting}: {_words(part.can)}")
    for ability in done.unproven:
        click.echo(f"  NOT SHOWN: {ability.value}")
    for ability, reason in manifest.cannot.items():
        click.echo(f"  cannot {ability.value}: {reason}")
    for fact in done.unverified:
        click.echo(f"  {fact.confidence.value}: {fact.says} ({fact.source})")
    click.echo("")


def table(runs: Sequence[Run]) -> list[str]:
    """One line for each connector under a heading; where an ability was not shown, the line ends with it."""
    rows = [HEADING, *map(_line, runs)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    missing = ["", *(_words(one.done.unproven) for one in runs)]
    return [f"{line}  not shown: {lacks}" if lacks else line for line, lacks in zip(lines, missing, strict=True)]


def _line(run: Run) -> tuple[str, ...]:
    counts = [sum(isinstance(one, kind) for one in run.done.results) for kind in (Passed, Failed, Skipped)]
    depth = run.done.depth.value
    return run.done.manifest.key, depth, *map(str, counts), f"{run.seconds:.0f}", str(run.faults)


def _seen(result: Result) -> str:
    match result:
        case Skipped(lacks=lacks):
            return f"it says that it cannot {_words(lacks)}"
        case Passed(seen=seen) | Failed(seen=seen):
            return seen


def _words(abilities: Iterable[Ability]) -> str:
    return ", ".join(sorted(one.value for one in abilities))


def _as_json(run: Run) -> dict[str, object]:
    done = run.done
    return {
        "name": done.manifest.name,
        "holds": done.holds,
        "depth": done.depth.value,
        "seconds": round(run.seconds, 1),
        "faults": run.faults,
        "can": [one.value for one in done.manifest.can if one in done.proven],
        "unproven": [one.value for one in done.unproven],
        "cannot": {one.value: reason for one, reason in done.manifest.cannot.items()},
        "checks": [{"name": one.check.name, "result": WORDS[type(one)], "seen": _seen(one)} for one in done.results],
        "unverified": [
            {"says": one.says, "source": one.source, "confidence": one.confidence.value} for one in done.unverified
        ],
    }
