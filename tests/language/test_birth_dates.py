"""Birth dates in every order that patients write and say them in."""

from datetime import date

import pytest

from frontdesk.language.birth_dates import birth_dates_in
from frontdesk.language.script import folded

TODAY = date(2026, 5, 26)


def read(text: str, *, asked: bool = True) -> list[str]:
    return [one.on.isoformat() for one in birth_dates_in(folded(text), today=TODAY, asked=asked)]


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("04/27/1988", "1988-04-27"),
        ("4-27-88", "1988-04-27"),
        ("4.27.1988", "1988-04-27"),
        ("4 27 1988", "1988-04-27"),
        ("27/04/1988", "1988-04-27"),
        ("1988-04-27", "1988-04-27"),
        ("04271988", "1988-04-27"),
        ("April 27, 1988", "1988-04-27"),
        ("apr 27th '88", "1988-04-27"),
        ("the 27th of April 1988", "1988-04-27"),
        ("27 de abril del 88", "1988-04-27"),
        ("1ro de enero de 1990", "1990-01-01"),
        ("march third nineteen eighty four", "1984-03-03"),
        ("april twenty seventh nineteen eighty-eight", "1988-04-27"),
        ("march third two thousand and four", "2004-03-03"),
        ("june first twenty ten", "2010-06-01"),
        ("june first twenty oh five", "2005-06-01"),
        ("twenty third of may nineteen ninety nine", "1999-05-23"),
        ("veintisiete de abril de mil novecientos ochenta y ocho", "1988-04-27"),
        ("3 de mayo de dos mil cuatro", "2004-05-03"),
        ("Maria Gonzalez, 4/27/1988, 512-555-0147", "1988-04-27"),
        ("born 5/1/26", "2026-05-01"),
        ("the 13th of the 5th 1990", "1990-05-13"),
        ("2nd of the 8th, 1964", "1964-08-02"),
        ("0427 1988", "1988-04-27"),
        ("1305 1990", "1990-05-13"),
        ("4/27 1988", "1988-04-27"),
        ("04 27 19 88", "1988-04-27"),
        ("5/1/27", "1927-05-01"),
        # As speech recognition hears them.
        ("12th May 8th 1951", "1951-08-12"),
        ("19th of April 19th 1966", "1966-04-19"),
        ("2019 June 1933", "1933-06-29"),
        ("14 for 1951", "1951-04-14"),
        ("21st 954", "1954-09-21"),
        ("3rd May 22nd of June 1958", "1958-06-22"),
        ("11th o'six 1987", "1987-06-11"),
        ("5th March MMIV", "2004-03-05"),
        ("13061 995", "1995-06-13"),
    ],
)
def test_a_birth_date_is_read_however_it_is_put(text: str, born: str) -> None:
    assert read(text) == [born]


@pytest.mark.parametrize(
    "text",
    [
        "13/13/1988",
        "02/30/1990",
        "1/2/2027",
        "nov 5 1905",
        "march 3rd",
        "may 28 at 6",
        "512 555 0147",
        "nineteen",
        "february thirty first eighty",
        "",
    ],
)
def test_what_is_no_day_of_the_last_120_years_is_no_birth_date(text: str) -> None:
    assert read(text) == []


def test_unasked_a_date_counts_that_is_announced_or_long_past() -> None:
    assert read("dob 4/27/88", asked=False) == ["1988-04-27"]
    assert read("Maria Gonzalez 4/27/1988, I need to cancel", asked=False) == ["1988-04-27"]
    assert read("nací el 27 de abril de 1988", asked=False) == ["1988-04-27"]


def test_unasked_a_day_of_late_or_to_come_is_none() -> None:
    assert read("I was in on 3/4/2026", asked=False) == []
    assert read("can I come on May 28 2026 at 6?", asked=False) == []
    assert read("4/27/88", asked=False) == []
