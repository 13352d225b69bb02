"""What `frontdesk bench voice` holds and prints: scripted calls, the same by words, more of them at once, details."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.speech import with_speech
from frontdesk.settings import read_settings

_PHONE = "frontdesk.proving.phone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which calls are wanted; see the options of the command."""

    calls: int | None
    ids: tuple[str, ...]
    clean: bool
    at_once: int
    ramp: bool
    folder: Path | None
    unhurried: bool = False


def calls(wanted: Wanted, *, as_json: bool) -> Iterable[str]:
    """The lines of what scripted calls come to; each call is told when it is over. Raises: ModelsMissing."""
    bench, told = with_speech(f"{_PHONE}.bench"), with_speech(f"{_PHONE}.figures")
    scripts = _scripts(wanted.ids)
    on_each = None if as_json else lambda one: click.echo(told.line(one))
    settings = read_settings(os.environ)
    if wanted.ramp:
        ramp = with_speech(f"{_PHONE}.ramp")
        levels = ramp.ramped(settings, folder=wanted.folder, on_each=on_each)
        return [json.dumps([asdict(one) for one in levels])] if as_json else list(ramp.ramp_table(levels))
    if not as_json:
        click.echo(told.HEAD)
    plan = bench.Plan(
        settings=settings,
        scripts=scripts,
        most=wanted.calls or len(scripts),
        clean=wanted.clean,
        at_once=wanted.at_once,
        folder=wanted.folder,
    )
    if wanted.unhurried:
        outcomes, memory = with_speech(f"{_PHONE}.unhurried").hold_unhurried(plan, on_each=on_each), []
    else:
        outcomes, memory = bench.hold_calls(plan, on_each=on_each)
    figures = told.figures(outcomes, memory)
    return [json.dumps(asdict(figures))] if as_json else list(told.table(figures))


def words(ids: tuple[str, ...], *, as_json: bool) -> Iterable[str]:
    """The lines of what the scripts come to by words alone."""
    told = with_speech(f"{_PHONE}.by_words")
    on_each = (lambda _: None) if as_json else (lambda one: click.echo(told.words_line(one)))
    found = told.hold_in_words(_scripts(ids), on_each=on_each)
    return [json.dumps([asdict(one) for one in found])] if as_json else list(told.words_table(found))


def details(most: int, *, seed: int, folder: Path | None, as_json: bool) -> Iterable[str]:
    """The lines of what calls with one detail each come to: what stands stored, by which way, beside the plain way.

    Raises: ModelsMissing.
    """
    told = with_speech(f"{_PHONE}.details_bench")
    on_each = None if as_json else lambda one: click.echo(told.outcome_line(one))
    found = told.hold_detail_calls(read_settings(os.environ), most, seed=seed, folder=folder, on_each=on_each)
    if as_json:
        return [json.dumps({part: asdict(one) for part, one in told.detail_figures(found).items()})]
    return list(told.detail_table(found))


def _scripts(ids: Sequence[str]) -> Sequence[object]:
    """The scripts that were asked for, every one where none was. Raises: CommandFault."""
    library = with_speech(f"{_PHONE}.scripts")
    try:
        every = library.every_script()
    except library.ScriptsWrong as wrong:
        raise CommandFault(str(wrong)) from None
    for id in ids:
        if id not in {one.id for one in every}:
            raise CommandFault(f"--script is {id!r}, and no call has that id.")
    return tuple(one for one in every if not ids or one.id in ids)
