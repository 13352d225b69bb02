"""Experiments as they stand in a practice's document, and read back."""

from enum import Enum

from frontdesk.domain.experiment import Counted, Experiment
from frontdesk.standards.document import Entry
from frontdesk.standards.forms import DAY, KEY, count_from, word_of
from frontdesk.standards.reminders_document import RUNG, joined_ladder, write_ladder

COUNT = count_from(1)


class Compared(Enum):
    """What an experiment can be about."""

    REMINDER_LADDER = "reminder-ladder"


COMPARED = word_of(Compared)
COUNTED = word_of(Counted)


def experiments_in(top: Entry) -> tuple[Experiment, ...]:
    """The experiments; what is faulty is left out."""
    return tuple(one for entry in top.entries("experiments", named_by="id") if (one := _experiment(entry)))


def of_experiments(experiments: tuple[Experiment, ...]) -> list[dict[str, object]]:
    """Each as its file has it."""
    return [
        {
            "id": one.id,
            "compares": Compared.REMINDER_LADDER.value,
            "ladder": write_ladder(one.ladder),
            "starts": str(one.starts),
            "sample": one.sample,
            **({"counts": one.counts.value} if one.counts is not Counted.NO_SHOW else {}),
        }
        for one in experiments
    ]


def _experiment(entry: Entry) -> Experiment | None:
    id, _ = entry.one("id", KEY), entry.one("compares", COMPARED)
    ladder = joined_ladder(entry.at_least_one("ladder", RUNG))
    starts, sample = entry.one("starts", DAY), entry.one("sample", COUNT)
    counts = entry.one_or("counts", COUNTED, Counted.NO_SHOW)
    entry.close()
    return entry.build(lambda: Experiment(id=id, ladder=ladder, starts=starts, sample=sample, counts=counts))
