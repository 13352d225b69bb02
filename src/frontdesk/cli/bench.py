"""`frontdesk bench`: what the receptionist is worth, measured."""

import json
import os
import time
from pathlib import Path

import click

from frontdesk.cli import bench_voice as voice_bench
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.speech import with_speech
from frontdesk.domain.practice import Understanding
from frontdesk.proving.clinic.bench import Plan, trials
from frontdesk.proving.clinic.http_agent import AgentGone
from frontdesk.proving.clinic.library import TasksWrong, every_task
from frontdesk.proving.clinic.report import percent, write_report
from frontdesk.proving.clinic.running import Trial
from frontdesk.proving.clinic.scores import Scores, scores
from frontdesk.proving.clinic.task import CATEGORIES, Task
from frontdesk.settings import Settings, read_settings

ENGINES = {"rules": Understanding.RULES, "model": Understanding.MODEL_FIRST}
REPORT = "clinic-benchmark.html"


@click.group()
def command() -> None:
    """Measure the receptionist."""


@command.command()
@click.option(
    "--engine", type=click.Choice(list(ENGINES)), default="rules", show_default=True, help="What understands."
)
@click.option("--k", "k", type=click.IntRange(1, 64), default=4, show_default=True, help="How often each task is run.")
@click.option("--category", "categories", multiple=True, help="Only tasks of this category; may be repeated.")
@click.option("--task", "ids", multiple=True, help="Only this task; may be repeated.")
@click.option("--seed", type=int, default=0, show_default=True, help="What chance begins with.")
@click.option("--agent", "url", help="Test the agent at this address instead of the desk (docs/benchmark.md).")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), default=Path(REPORT), show_default=True)
@click.option("--show-reserved", "shows_reserved", is_flag=True, help="Transcripts of reserved tasks, too.")
@click.option("--json", "as_json", is_flag=True, help="The figures as one JSON object.")
def clinic(
    engine: str,
    k: int,
    categories: tuple[str, ...],
    ids: tuple[str, ...],
    seed: int,
    url: str | None,
    report: Path,
    shows_reserved: bool,
    as_json: bool,
) -> None:
    """Run the clinic benchmark: simulated patients write, and what they leave behind is graded."""
    settings = read_settings(os.environ)
    if engine == "model" and settings.model is None and url is None:
        raise CommandFault("--engine model needs FRONTDESK_MODEL; docs/model.md says how.")
    tasks = _chosen(categories, ids)
    began = time.monotonic()
    plan = Plan(tasks=tasks, k=k, seed=seed, understanding=ENGINES[engine], settings=_model_only(settings), url=url)
    try:
        found = trials(plan)
    except AgentGone as fault:
        raise CommandFault(f"--agent {url}: {fault}") from None
    figures = scores(tasks, found)
    write_report(report, tasks, found, figures, shows_reserved=shows_reserved)
    if as_json:
        click.echo(json.dumps(figures))
        return
    _show(figures, found, seconds=time.monotonic() - began)
    click.echo(f"Transcripts of what failed: {report}")


@command.command()
@click.option("--calls", type=click.IntRange(1, 2000), help="How many calls are held; each script once unless said.")
@click.option("--script", "ids", multiple=True, help="Only this script; may be repeated.")
@click.option("--clean", is_flag=True, help="No noise on any line.")
@click.option("--words", is_flag=True, help="By words alone, without sound: what fails is not the ear's fault.")
@click.option("--unhurried", is_flag=True, help="With all the sound and no clock, for a machine that is too busy.")
@click.option("--at-once", type=click.IntRange(1, 32), default=1, show_default=True, help="So many calls at a time.")
@click.option("--ramp", is_flag=True, help="More and more calls at a time, until callers wait for too long.")
@click.option("--details", type=click.IntRange(1, 1000), help="So many calls with one detail each instead.")
@click.option("--seed", type=int, default=7, show_default=True, help="What chance begins with, of --details.")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), help="Where a run that was stopped goes on."
)
@click.option("--json", "as_json", is_flag=True, help="The figures as one JSON object.")
def voice(
    calls: int | None,
    ids: tuple[str, ...],
    clean: bool,
    words: bool,
    unhurried: bool,
    at_once: int,
    ramp: bool,
    details: int | None,
    seed: int,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Hold scripted calls in real time, over the carrier's protocol on this machine, and measure them.

    What a patient says next goes by the words of the desk's answer, not by how they sounded.
    """
    try:
        if details is not None:
            lines = voice_bench.details(details, seed=seed, folder=folder, as_json=as_json)
        elif words:
            lines = voice_bench.words(ids, as_json=as_json)
        else:
            wanted = voice_bench.Wanted(
                calls=calls, ids=ids, clean=clean, at_once=at_once, ramp=ramp, folder=folder, unhurried=unhurried
            )
            lines = voice_bench.calls(wanted, as_json=as_json)
    except with_speech("frontdesk.channels.voice.places").ModelsMissing as fault:
        raise CommandFault(str(fault)) from None
    click.echo("\n".join(lines))


def _chosen(categories: tuple[str, ...], ids: tuple[str, ...]) -> tuple[Task, ...]:
    """The tasks that were asked for. Raises: CommandFault."""
    try:
        tasks = every_task()
    except TasksWrong as wrong:
        raise CommandFault(str(wrong)) from None
    for category in categories:
        if category not in CATEGORIES:
            raise CommandFault(f"--category is {category!r}; there are {', '.join(CATEGORIES)}.")
    known = {task.id for task in tasks}
    for id in ids:
        if id not in known:
            raise CommandFault(f"--task is {id!r}, and no task has that id.")
    return tuple(
        task for task in tasks if (not categories or task.category in categories) and (not ids or task.id in ids)
    )


def _model_only(settings: Settings) -> Settings:
    """Nothing of this installation but its model: the benchmark runs on a database of its own."""
    return Settings(
        home=settings.home, model=settings.model, model_url=settings.model_url, model_key=settings.model_key
    )


def _show(figures: Scores, found: list[Trial], *, seconds: float) -> None:
    rows = [("all", figures), *_rows(figures["by_category"]), ("reserved, apart", figures["reserved"])]
    click.echo(f"{'category':<18}{'tasks':>6}{'pass^1':>10}{'pass^4':>10}")
    for name, row in rows:
        if isinstance(row, dict):
            click.echo(f"{name:<18}{row['tasks']:>6}{_figure(row['pass_1']):>10}{_figure(row['pass_4']):>10}")
    click.echo(
        f"{len(found)} conversations in {seconds:.0f} s; truthful {_figure(figures['truthful'])}, "
        f"{figures['turns']} messages each, {figures['asked_twice']} questions asked twice."
    )


def _rows(by_category: object) -> list[tuple[str, object]]:
    return list(by_category.items()) if isinstance(by_category, dict) else []


def _figure(share: object) -> str:
    return percent(share if isinstance(share, float) else None)
