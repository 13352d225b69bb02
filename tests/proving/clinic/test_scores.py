"""pass^k, and what a report shows."""

from datetime import UTC
from pathlib import Path

from tests.proving.clinic.worlds import a_task

from frontdesk.proving.clinic.moments import moment
from frontdesk.proving.clinic.report import write_report
from frontdesk.proving.clinic.running import Line, Trial
from frontdesk.proving.clinic.scores import passed, scores


def a_trial(task: str, seed: int, *faults: str) -> Trial:
    """A run with one line."""
    line = Line(who="patient", at=moment("2026-05-26 21:47").astimezone(UTC), text=f"hello from {task}")
    return Trial(task=task, seed=seed, turns=3, repeats=0, faults=faults, untrue=(), lines=(line,))


def test_pass_to_the_k_is_the_chance_that_k_runs_all_pass() -> None:
    three_of_four = [a_trial("a", seed, *(["wrong"] if seed == 0 else [])) for seed in range(4)]

    assert passed(three_of_four, 1) == 0.75
    assert passed(three_of_four, 2) == 0.5
    assert passed(three_of_four, 4) == 0
    assert passed(three_of_four[:2], 4) is None


def test_figures_stand_by_category_and_for_reserved_tasks_apart() -> None:
    tasks = [a_task(), a_task(id="other", is_reserved=True, category="waitlist")]
    trials = [a_trial("maria", seed) for seed in range(4)] + [a_trial("other", seed, "wrong") for seed in range(4)]

    figures = scores(tasks, trials)

    assert (figures["tasks"], figures["pass_1"], figures["pass_4"]) == (2, 0.5, 0.5)
    assert figures["by_category"] == {
        "booking": {"tasks": 1, "pass_1": 1.0, "pass_4": 1.0},
        "waitlist": {"tasks": 1, "pass_1": 0.0, "pass_4": 0.0},
    }


def test_a_report_shows_failures_and_keeps_reserved_tasks_to_itself(tmp_path: Path) -> None:
    tasks = [a_task(), a_task(id="other", is_reserved=True)]
    trials = [a_trial("maria", 0, "wrong <here>"), a_trial("other", 0, "secretly wrong")]

    write_report(tmp_path / "report.html", tasks, trials, scores(tasks, trials), shows_reserved=False)

    page = (tmp_path / "report.html").read_text()
    assert "wrong &lt;here&gt;" in page
    assert "hello from maria" in page
    assert "other" not in page.split("What failed")[1]
