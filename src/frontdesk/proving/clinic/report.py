"""The benchmark's results as a page: figures by category, then each trial that failed, with its transcript."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from frontdesk.proving.clinic.running import Trial
from frontdesk.proving.clinic.scores import Scores
from frontdesk.proving.clinic.task import Task


def write_report(
    file: Path, tasks: Sequence[Task], trials: Sequence[Trial], figures: Scores, *, shows_reserved: bool
) -> None:
    """Write the page. Reserved tasks are only counted in it unless `shows_reserved`."""
    by_id = {task.id: task for task in tasks}
    shown = [
        (by_id[trial.task], trial)
        for trial in trials
        if not trial.has_passed and (shows_reserved or not by_id[trial.task].is_reserved)
    ]
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = pages.get_template("report.html").render(figures=figures, failed=shown, trials=len(trials), percent=percent)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page, encoding="utf-8")


def percent(share: float | None) -> str:
    """A share as it is read; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.1f} %"
