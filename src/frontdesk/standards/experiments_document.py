"""Experiments as they stand in a practice's document, and read back."""

from collections.abc import Mapping

from frontdesk.domain.experiment import Compared, Counted, Experiment, Order
from frontdesk.standards.document import Entry
from frontdesk.standards.forms import DAY, KEY, LANGUAGE, TEXT, count_from, word_of
from frontdesk.standards.reminders_document import RUNG, joined_ladder, write_ladder

COUNT = count_from(1)


COMPARED = word_of(Compared)
COUNTED = word_of(Counted)
ORDER = word_of(Order)
USUAL: Mapping[Compared, Counted] = {
    Compared.REMINDER_LADDER: Counted.NO_SHOW,
    Compared.REMINDER_WORDING: Counted.NO_SHOW,
    Compared.WAITLIST_ORDER: Counted.NOT_FILLED,
}
"""What is counted where the file does not say."""


def experiments_in(top: Entry) -> tuple[Experiment, ...]:
    """The experiments; what is faulty is left out."""
    return tuple(one for entry in top.entries("experiments", named_by="id") if (one := _experiment(entry)))


def of_experiments(experiments: tuple[Experiment, ...]) -> list[dict[str, object]]:
    """Each as its file has it."""
    return [
        {
            "id": one.id,
            "compares": one.compares.value,
            **_of_tried(one),
            "starts": str(one.starts),
            "sample": one.sample,
            **({"counts": one.counts.value} if one.counts is not USUAL[one.compares] else {}),
        }
        for one in experiments
    ]


def _of_tried(one: Experiment) -> dict[str, object]:
    if one.ladder is not None:
        return {"ladder": write_ladder(one.ladder)}
    return {"wording": dict(one.wording)} if one.order is None else {"order": one.order.value}


def _experiment(entry: Entry) -> Experiment | None:
    id, compares = entry.one("id", KEY), entry.one("compares", COMPARED)
    ladder, wording, order = None, {}, None
    match compares:
        case Compared.REMINDER_WORDING:
            wording = entry.each("wording", LANGUAGE, TEXT)
        case Compared.WAITLIST_ORDER:
            order = entry.one("order", ORDER)
        case _:
            ladder = joined_ladder(entry.at_least_one("ladder", RUNG))
    starts, sample = entry.one("starts", DAY), entry.one("sample", COUNT)
    counts = entry.one_or("counts", COUNTED, USUAL.get(compares, Counted.NO_SHOW))
    entry.close()
    return entry.build(
        lambda: Experiment(
            id=id,
            ladder=ladder,
            wording=tuple(sorted(wording.items())),
            order=order,
            starts=starts,
            sample=sample,
            counts=counts,
        )
    )
