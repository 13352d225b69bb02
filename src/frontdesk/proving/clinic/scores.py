"""What trials come to: pass^k by category, truthfulness, turns, questions asked twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import comb

from frontdesk.proving.clinic.running import Trial
from frontdesk.proving.clinic.task import CATEGORIES, Task

Scores = dict[str, object]


def passed(trials: Sequence[Trial], k: int) -> float | None:
    """The chance that k runs of a task, drawn from these, all pass (pass^k); None where there are fewer than k."""
    right = sum(trial.has_passed for trial in trials)
    return comb(right, k) / comb(len(trials), k) if len(trials) >= k else None


def scores(tasks: Sequence[Task], trials: Iterable[Trial]) -> Scores:
    """All figures as they are printed and written as JSON; those of reserved tasks stand apart as well."""
    by_task: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        by_task[trial.task].append(trial)
    reserved = [task for task in tasks if task.is_reserved]
    return {
        **_of(tasks, by_task),
        "by_category": _by_category(tasks, by_task),
        "reserved": {**_of(reserved, by_task), "by_category": _by_category(reserved, by_task)},
        "open": _of([task for task in tasks if not task.is_reserved], by_task),
        **_manners([trial for found in by_task.values() for trial in found]),
    }


def _by_category(tasks: Sequence[Task], by_task: Mapping[str, list[Trial]]) -> dict[str, Scores]:
    return {
        category: _of(those, by_task)
        for category in CATEGORIES
        if (those := [task for task in tasks if task.category == category])
    }


def _of(tasks: Sequence[Task], by_task: Mapping[str, list[Trial]]) -> Scores:
    return {"tasks": len(tasks), "pass_1": _mean(tasks, by_task, 1), "pass_4": _mean(tasks, by_task, 4)}


def _mean(tasks: Sequence[Task], by_task: Mapping[str, list[Trial]], k: int) -> float | None:
    found = [passed(by_task[task.id], k) for task in tasks]
    known = [one for one in found if one is not None]
    return round(sum(known) / len(known), 4) if known else None


def _manners(trials: Sequence[Trial]) -> Scores:
    if not trials:
        return {"truthful": None, "turns": None, "asked_twice": None}
    return {
        "truthful": round(sum(not trial.untrue for trial in trials) / len(trials), 4),
        "turns": round(sum(trial.turns for trial in trials) / len(trials), 2),
        "asked_twice": round(sum(trial.repeats for trial in trials) / len(trials), 3),
    }
