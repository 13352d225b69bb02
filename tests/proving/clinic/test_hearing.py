"""Times, questions and claims are recognised by their words, whoever wrote them."""

from datetime import date, datetime

import pytest

from frontdesk.proving.clinic.listening import listen
from frontdesk.proving.clinic.spoken import days_in, times_in

TODAY = date(2026, 5, 26)
"""A Tuesday."""


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("Thursday, May 28 at 5:00 PM or Tuesday, June 2 at 6:30 PM?", ["2026-05-28T17:00", "2026-06-02T18:30"]),
        ("We have Thu 5/28 at 5 or 7:30pm", ["2026-05-28T17:00", "2026-05-28T19:30"]),
        ("6 pm on Thursday works, or noon on Friday the 29th", ["2026-05-28T18:00", "2026-05-29T12:00"]),
        ("tomorrow at 9am, 10am and 11:15am", ["2026-05-27T09:00", "2026-05-27T10:00", "2026-05-27T11:15"]),
        ("el jueves 28 de mayo a las 6 de la tarde", ["2026-05-28T18:00"]),
        ("jueves, 28 de mayo, 5:00 p. m. o viernes 29 a las 9:00 a. m.", ["2026-05-28T17:00", "2026-05-29T09:00"]),
        ("2026-06-02 18:30", ["2026-06-02T18:30"]),
        ("Call (512) 555-0100 or come to 1840 Larkspur Lane, Suite 120.", []),
    ],
)
def test_times_are_heard_however_they_are_put(words: str, heard: list[str]) -> None:
    found = [one.at for one in times_in(words, today=TODAY)]

    assert found == [datetime.fromisoformat(one) for one in heard]


def test_a_weekday_that_is_not_that_dates_is_noticed() -> None:
    right, wrong = days_in("Thursday, May 28 or Thursday, May 29", today=TODAY)

    assert not right.wrong
    assert wrong.wrong


@pytest.mark.parametrize(
    ("reply", "asks", "says"),
    [
        ("Have you been to us before?", {"new"}, set()),
        ("What's your full name, and is this the best number to reach you?", {"name", "phone"}, set()),
        ("¿Cuál es su nombre completo y su fecha de nacimiento?", {"name", "born"}, set()),
        ("You're booked! Botox on Thursday, May 28 at 6:00 PM with Dana.", set(), {"booked"}),
        ("I've cancelled your visit.", set(), {"cancelled"}),
        ("Shall I book it?", {"confirm"}, set()),
        ("Please call 911 now.", set(), {"emergency"}),
        ("A colleague will call you back this afternoon.", set(), {"handed"}),
    ],
)
def test_questions_and_claims_are_heard(reply: str, asks: set[str], says: set[str]) -> None:
    heard = listen(reply, (), today=TODAY)

    assert heard.asks == asks
    assert heard.says == says
