"""What was read back, put right by what is said of its wrong part."""

from datetime import date

import pytest

from frontdesk.language.details.keyed import keys_of_name
from frontdesk.language.details.mending import mended_birth_date, mended_email, mended_name, mended_phone
from frontdesk.language.details.people import FullName, read_name
from frontdesk.language.details.reading import Evidence, Reading

TODAY = date(2026, 5, 26)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("no, it ends in 48", "+15125550148"),
        ("no. 0148.", "+15125550148"),
        ("no, the area code is 737", "+17375550147"),
        ("it's 48, not 47", "+15125550148"),
        ("not 47, 48", "+15125550148"),
        ("the middle is 556", "+15125560147"),
        ("no zero one four eight", "+15125550148"),
        ("no, 512-555-0199", "+15125550199"),
        ("no, that's wrong", None),
    ],
)
def test_the_wrong_part_of_a_number_is_put_right(said: str, meant: str | None) -> None:
    assert mended_phone(said, "+15125550147") == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("No, the last name is with a K", "Karen Kowalski"),
        ("No, my last name is Kovacs", "Karen Kovacs"),
        ("No, the first name is spelled C-A-R-E-N.", "Caren Cowalski"),
        ("It's Karin with an i", "Karin Cowalski"),
        ("No, it's Kowalski, not Cowalski", "Karen Kowalski"),
    ],
)
def test_the_wrong_part_of_a_name_is_put_right(said: str, meant: str) -> None:
    mended = mended_name(said, FullName(given="Karen", family="Cowalski"))

    assert mended is not None
    assert f"{mended.given} {mended.family}" == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("no, the year is 1986", date(1986, 3, 4)),
        ("no, the 14th", date(1985, 3, 14)),
        ("no, it's april 14.", date(1985, 4, 14)),
        ("no, may 4th, 1985", date(1985, 5, 4)),
        ("no, march", None),
    ],
)
def test_the_wrong_part_of_a_birth_date_is_put_right(said: str, meant: date | None) -> None:
    assert mended_birth_date(said, date(1985, 3, 4), today=TODAY) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("no, it's yahoo", "ann.lee84@yahoo.com"),
        ("no, it's dot net", "ann.lee84@gmail.net"),
        ("there's no dot", "annlee84@gmail.com"),
        ("underscore not dot", "ann_lee84@gmail.com"),
        ("no, l-e-i-g-h", "ann.leigh84@gmail.com"),
        ("no, it ends in 85", "ann.lee85@gmail.com"),
    ],
)
def test_the_wrong_part_of_an_address_is_put_right(said: str, meant: str) -> None:
    assert mended_email(said, "ann.lee84@gmail.com") == meant


def test_keys_tell_between_the_names_that_were_heard() -> None:
    keyed = f"{keys_of_name('catherine')}*{keys_of_name('thomson')}"

    read = read_name([keyed], Evidence(earlier=(("My name is Captain Thompson",),), spoken=True))

    assert isinstance(read, Reading)
    assert (read.value.given, read.value.family) == ("Catherine", "Thomson")
