"""Calls in a practice's document: off unless it says so, read back as written, faults told with their place."""

from datetime import timedelta

import pytest

from frontdesk.domain.faults import Impossible
from frontdesk.domain.reminding import NO_CALLS, Called, Calling, LeftWord, Reminding
from frontdesk.standards.document import Entry, Fault
from frontdesk.standards.reminders_document import of_reminders, reminders_in


def read(written: object) -> tuple[Reminding, list[Fault]]:
    faults: list[Fault] = []
    return reminders_in(Entry.of(written, place=("reminders",), faults=faults)), faults


def test_nobody_is_called_where_nothing_is_written() -> None:
    assert read({"ladder": "3-days-and-1"})[0].calls == NO_CALLS
    assert NO_CALLS.to is Called.NOBODY


def test_calls_are_read_back_as_they_were_written() -> None:
    written = {"to": "who cannot be texted", "tries": "1", "apart": "45 minutes", "voicemail": "time"}

    reminding, faults = read({"calls": written})

    assert faults == []
    assert reminding.calls == Calling(to=Called.UNTEXTED, tries=1, apart=timedelta(minutes=45), voicemail=LeftWord.TIME)
    assert of_reminders(reminding) == {"calls": written}


@pytest.mark.parametrize(
    ("calls", "place"),
    [({"to": "landlines"}, "to"), ({"tries": "9"}, "tries"), ({"voicemail": "yes"}, "voicemail"), ({"by": "x"}, "by")],
)
def test_what_is_not_understood_is_told_with_its_place(calls: dict[str, str], place: str) -> None:
    _, faults = read({"calls": calls})

    assert [fault.place[-1] for fault in faults] == [place]


@pytest.mark.parametrize("tries", [0, 4])
def test_it_is_tried_one_to_three_times(tries: int) -> None:
    with pytest.raises(Impossible):
        Calling(tries=tries)
