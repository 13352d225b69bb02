"""The tasks and wordings that come with the benchmark are sound, and there are enough of them."""

from collections import Counter

import pytest
import yaml

from frontdesk.proving.clinic.library import TasksWrong, every_task, strangers_in
from frontdesk.proving.clinic.task import CATEGORIES
from frontdesk.proving.clinic.wordings import FOLDER
from frontdesk.sample.practice import smile


def test_every_task_reads_and_names_only_what_the_practice_has() -> None:
    practice = smile()

    faults = [fault for task in every_task() for fault in strangers_in(task, practice)]

    assert faults == []


def test_every_category_has_tasks_and_some_of_them_are_reserved() -> None:
    tasks = every_task()

    count = Counter(task.category for task in tasks)
    reserved = Counter(task.category for task in tasks if task.is_reserved)

    assert set(count) == set(reserved) == set(CATEGORIES)
    assert len(tasks) >= 300
    assert reserved.total() >= 60


@pytest.mark.parametrize(("language", "least"), [("en", 40), ("es", 20)])
def test_every_act_has_many_wordings_and_none_twice(language: str, least: int) -> None:
    acts = yaml.load((FOLDER / f"{language}.yaml").read_text(), Loader=yaml.BaseLoader)

    for act, text in acts.items():
        lines = [line.strip() for line in text.splitlines()]
        assert len(set(lines)) == len(lines), act
        assert len(lines) >= least or act.startswith("goal_"), act  # a goal is a part of a wording of "again"


def test_a_fault_of_a_task_is_told_with_its_place(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("tasks")
    (folder / "booking.yaml").write_text(
        "category: booking\n"
        "tasks:\n"
        "- {id: one, about: x, at: Mon 2026-06-02 10:00, patient: {name: A B, phone: 512-555-0100},"
        " wants: [{do: fly}], end: {}}\n"
    )

    with pytest.raises(TasksWrong) as told:
        every_task(folder)

    assert "booking.yaml: one: at: Value error, 'Mon 2026-06-02 10:00': 2026-06-02 is a Tuesday" in str(told.value)
    assert "one: wants > 0 > do" in str(told.value)
