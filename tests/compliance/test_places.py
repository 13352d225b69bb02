"""Where a patient may be: by address, else by area code, else anywhere."""

import phonenumbers
import pytest
from phonenumbers.timezone import time_zones_for_geographical_number

from frontdesk.compliance.places import KnownBy, state_of_address
from frontdesk.wiring import book_of_rules

BOOK = book_of_rules()


def zones(*, state: str | None = None, phone: str | None = None) -> set[str]:
    return {place.zone.key for place in BOOK.where(state=state, phone=phone).places}


def test_an_address_counts_more_than_a_number() -> None:
    where = BOOK.where(state="US-NY", phone="+13105550147")

    assert {place.zone.key for place in where.places} == {"America/New_York"}
    assert where.by is KnownBy.ADDRESS
    assert {place.state for place in where.of_number} == {"US-CA"}


def test_a_number_of_the_same_state_says_which_of_its_zones() -> None:
    assert zones(state="US-TX") == {"America/Chicago", "America/Denver"}
    assert zones(state="US-TX", phone="+19155550147") == {"America/Denver"}


@pytest.mark.parametrize("phone", [None, "+18005550147", "+14165550147", "+442079460147", "12"])
def test_who_may_be_anywhere_may_be_in_each_state(phone: str | None) -> None:
    where = BOOK.where(state=None, phone=phone)

    assert where.by is KnownBy.NOTHING
    assert len({place.state for place in where.places}) == 51
    assert where.zone == ""


def test_zones_of_area_codes_agree_with_another_list() -> None:
    same = {"America/Boise": "America/Denver", "America/North_Dakota/Center": "America/Chicago"}
    same |= {"America/St_Thomas": "America/Puerto_Rico", "Pacific/Saipan": "Pacific/Guam"}
    apart = []
    for code, (_, ours) in BOOK.atlas.area_codes.items():
        theirs = time_zones_for_geographical_number(phonenumbers.parse(f"+1{code}5550100"))
        if "Etc/Unknown" not in theirs and not {same.get(zone, zone) for zone in theirs} & {zone.key for zone in ours}:
            apart.append(code)

    assert apart == ["689"]  # an overlay of 407, in Orlando: the other list has it wrong


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("12 Oak Street, Austin, TX 78701", "US-TX"),
        ("1 Main St, Denver CO 80202-1234", "US-CO"),
        ("Suite 5, somewhere", None),
        ("PO Box 12345", None),
    ],
)
def test_an_address_names_its_state(address: str, state: str | None) -> None:
    assert state_of_address(address) == state
