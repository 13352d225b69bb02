"""The tasks that come with the benchmark, read from their files with every fault told."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from frontdesk.domain.practice import Practice
from frontdesk.proving.clinic.task import Task

TASKS = Path(__file__).parent / "tasks"
RESERVED = "reserved"
"""Whoever writes the desk's conversations does not read the files in this folder; its results are told apart."""


class TasksWrong(Exception):
    """Files of tasks that cannot be used; a line for each fault, with file, task and place."""


@cache
def every_task(folder: Path = TASKS) -> tuple[Task, ...]:
    """All tasks below a folder, by file and place in it. Raises: TasksWrong."""
    tasks: list[Task] = []
    faults: list[str] = []
    for file in sorted(folder.rglob("*.yaml")):
        for raw in _rows(file, faults):
            where = f"{file.relative_to(folder)}: {raw.get('id', 'a task without an id')}"
            try:
                tasks.append(Task.model_validate(raw))
            except ValidationError as wrong:
                faults += [f"{where}: {_told(one)}" for one in wrong.errors()]
    faults += [f"{id}: two tasks have this id" for id in _double(task.id for task in tasks)]
    if faults:
        raise TasksWrong("\n".join(faults))
    return tuple(tasks)


def strangers_in(task: Task, practice: Practice) -> list[str]:
    """What a task names that the practice does not have: services and practitioners."""
    services = {service.id for service in practice.services}
    people = {person.id for person in practice.practitioners}
    named = [
        *(goal.service for goal in task.wants if goal.service),
        *(turn.service for turn in task.turns if turn.service),
        *(visit.service for visit in task.before.visits),
        *(visit.service for visit in task.end.visits),
    ]
    by = [
        *(goal.by for goal in task.wants if goal.by),
        *(visit.by for visit in task.before.visits),
        *(one for visit in task.end.visits for one in visit.by),
        *(words.split()[0] for words in _busy(task) if not words.startswith("all ")),
    ]
    return [f"{task.id}: no service {one}" for one in named if one not in services] + [
        f"{task.id}: no practitioner {one}" for one in by if one not in people
    ]


def _busy(task: Task) -> Iterable[str]:
    yield from task.before.busy
    for change in task.meanwhile:
        yield from change.busy


def _rows(file: Path, faults: list[str]) -> list[dict[str, object]]:
    try:
        read = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except yaml.YAMLError as wrong:
        faults.append(f"{file.name}: {' '.join(str(wrong).split())}")
        return []
    if not isinstance(read, dict) or not isinstance(read.get("tasks"), list) or "category" not in read:
        faults.append(f"{file.name}: `category:` and a list `tasks:` are needed")
        return []
    given = {"category": read["category"], "is_reserved": file.parent.name == RESERVED}
    return [given | row for row in read["tasks"] if isinstance(row, dict)]


def _told(error: object) -> str:
    match error:
        case {"loc": tuple(place), "msg": str(says)}:
            return f"{' > '.join(map(str, place)) or 'the task'}: {says}"
        case _:
            return "cannot be read"


def _double(ids: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [id for id in ids if id in seen or seen.add(id)]  # type: ignore[func-returns-value]
