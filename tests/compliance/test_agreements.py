"""Which agreement lets patients' data leave, and which does not."""

from datetime import date
from uuid import UUID

import pytest

from frontdesk.compliance.agreements import Agreement, Covered, Leaving, NotCovered, Processing, covering
from frontdesk.domain.faults import Impossible

MAIL = Leaving(kind=Processing.EMAIL, to="smtp.example.com")
TODAY = date(2026, 5, 26)


def an_agreement(
    *,
    kind: Processing = Processing.EMAIL,
    covers: str = "smtp.example.com",
    first: date = date(2026, 1, 1),
    last: date | None = None,
    ended: date | None = None,
) -> Agreement:
    return Agreement(
        id=UUID(int=1),
        kind=kind,
        associate="Example Mail",
        covers=frozenset({covers}),
        document="binder 3",
        first=first,
        last=last,
        ended=ended,
    )


def test_an_agreement_in_force_covers_its_host_however_it_is_spelt() -> None:
    agreement = an_agreement()

    assert covering([agreement], MAIL, today=TODAY) == Covered(agreement=agreement)
    assert covering([agreement], Leaving(kind=Processing.EMAIL, to="SMTP.Example.com"), today=TODAY) == Covered(
        agreement=agreement
    )


@pytest.mark.parametrize(
    "agreement",
    [
        an_agreement(kind=Processing.SMS),
        an_agreement(covers="smtp.elsewhere.example.com"),
        an_agreement(first=date(2026, 5, 27)),
        an_agreement(last=date(2026, 5, 25)),
        an_agreement(ended=TODAY),
    ],
    ids=["for another use", "with somebody else", "not yet in force", "over", "ended today"],
)
def test_any_other_agreement_covers_nothing(agreement: Agreement) -> None:
    assert isinstance(covering([agreement], MAIL, today=TODAY), NotCovered)


def test_both_its_first_and_its_last_day_are_in_force() -> None:
    agreement = an_agreement(first=TODAY, last=TODAY)

    assert covering([agreement], MAIL, today=TODAY) == Covered(agreement=agreement)


def test_a_new_agreement_covers_where_an_older_one_is_over() -> None:
    over, new = an_agreement(last=date(2026, 4, 30)), an_agreement(first=date(2026, 5, 1))

    assert covering([over, new], MAIL, today=TODAY) == Covered(agreement=new)


def test_what_is_told_says_whether_one_is_missing_to_come_or_over() -> None:
    told = [
        covering(agreements, MAIL, today=TODAY)
        for agreements in ([], [an_agreement(first=date(2026, 6, 1))], [an_agreement(ended=TODAY)])
    ]

    assert told == [
        NotCovered(because="no agreement with it is recorded"),
        NotCovered(because="the agreement with it begins on 2026-06-01"),
        NotCovered(because="the agreement with it is over"),
    ]


@pytest.mark.parametrize("wrong", [{"covers": ""}, {"covers": "SMTP.example.com"}, {"last": date(2025, 1, 1)}])
def test_an_agreement_that_says_too_little_cannot_be_built(wrong: dict[str, str]) -> None:
    with pytest.raises(Impossible):
        an_agreement(**wrong)
