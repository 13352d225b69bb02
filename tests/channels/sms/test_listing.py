"""What carriers list of the texts that came in, as they publish it: pages, zones, pictures, struck-out words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from tests.channels.sms.simulated import CARRIERS, NOW, OURS, PHONE, Simulated, simulated

from frontdesk.channels.sms.telnyx import stand_in as telnyx
from frontdesk.channels.sms.twilio import stand_in as twilio
from frontdesk.channels.sms.twilio.reading import PICTURE, instant, listed
from frontdesk.ports.carrying import Came, Keyword
from frontdesk.ports.faults import Refused
from frontdesk.wire.foreign import Foreign, Unreadable

every_carrier = pytest.mark.parametrize("name", CARRIERS)
OTHER = "+15125550199"


async def came(one: Simulated, since: datetime = NOW, *, had: Sequence[str] = ()) -> list[Came]:
    async def known(ids: Sequence[str]) -> frozenset[str]:
        return frozenset(ids) & frozenset(had)

    listing = one.account.listing
    assert listing is not None
    return await listing.came_since(OURS, since, known=known)


@every_carrier
async def test_what_came_in_is_listed_over_all_pages_oldest_first_and_nothing_else(name: str) -> None:
    async with simulated(name) as one:
        one.stand_in.most_rows = 2
        if isinstance(one.stand_in, twilio.StandIn):
            one.stand_in.numbers[OTHER] = one.stand_in.numbers[OURS]
        for number in range(7):
            one.stand_in.text_in(PHONE, OURS, f"number {number}")
            one.stand_in.text_in(PHONE, OTHER, "for another number")
            one.hands.at += timedelta(minutes=1)
        one.hands.at += timedelta(minutes=20)

        found = await came(one)
        known = await came(one, had=[found[3].id])
        later = await came(one, NOW + timedelta(minutes=5))

    assert [text.text for text in found] == [f"number {number}" for number in range(7)]
    assert [text.at for text in found] == [NOW + timedelta(minutes=number) for number in range(7)]
    assert {(text.sender, text.to) for text in found} == {(PHONE, OURS)}
    assert found[3] not in known
    assert len(known) == 6
    assert [text.text for text in later] == ["number 5", "number 6"]


@every_carrier
async def test_what_was_sent_before_midnight_of_utc_is_listed_after_it(name: str) -> None:
    async with simulated(name) as one:
        one.hands.at = datetime(2026, 5, 27, 23, 55, tzinfo=UTC)
        one.stand_in.text_in(PHONE, OURS, "before")
        one.hands.at = datetime(2026, 5, 28, 0, 5, tzinfo=UTC)
        one.stand_in.text_in(PHONE, OURS, "after")

        found = await came(one, datetime(2026, 5, 27, 23, 50, tzinfo=UTC))

    assert [text.text for text in found] == ["before", "after"]


@every_carrier
async def test_a_picture_without_words_is_listed_as_one(name: str) -> None:
    async with simulated(name) as one:
        one.stand_in.text_in(PHONE, OURS, "", media=1)

        [found] = await came(one)

    assert found.text == PICTURE


async def test_what_telnyx_took_a_text_for_is_told_in_the_list_too() -> None:
    async with simulated("telnyx") as one:
        one.stand_in.text_in(PHONE, OURS, "Cancel")

        [found] = await came(one)

    assert found.keyword is Keyword.STOP


async def test_a_keyword_that_twilio_keeps_to_itself_is_in_the_list() -> None:
    async with simulated("twilio") as one:
        assert isinstance(one.stand_in, twilio.StandIn)
        one.stand_in.hides_keywords = True
        assert one.stand_in.text_in(PHONE, OURS, "CANCEL") is None

        [found] = await came(one)

    assert found.text == "CANCEL"


async def test_records_of_telnyx_whose_ids_are_no_messages_are_not_taken_for_texts() -> None:
    async with simulated("telnyx") as one:
        assert isinstance(one.stand_in, telnyx.StandIn)
        one.stand_in.text_in(PHONE, OURS, "hello")
        one.stand_in.unshown = {text.id for text in one.stand_in.received}
        one.hands.at += timedelta(hours=1)

        with pytest.raises(Refused, match="shows none of them"):
            await came(one)


@pytest.mark.parametrize(
    "written",
    [
        "Thu, 24 Aug 2023 05:01:45 +0000",
        "Thu, 24 Aug 2023 05:01:45 -0000",
        "Thu, 24 Aug 2023 05:01:45 GMT",
        "Wed, 23 Aug 2023 22:01:45 -0700",
    ],
)
def test_an_instant_is_read_in_every_spelling_of_rfc_2822(written: str) -> None:
    row = Foreign(row="message", fields={"date_created": written})

    assert instant(row, "date_created") == datetime(2023, 8, 24, 5, 1, 45, tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "yesterday", "2023-08-24"])
def test_what_is_no_instant_is_reported(written: str) -> None:
    with pytest.raises(Unreadable):
        instant(Foreign(row="message", fields={"date_created": written}), "date_created")


def test_a_message_that_is_still_being_received_is_left_for_later() -> None:
    fields = {
        "sid": "SM1",
        "direction": "inbound",
        "status": "receiving",
        "from": PHONE,
        "to": OURS,
        "body": "half a mess",
        "date_created": "Wed, 27 May 2026 02:47:00 +0000",
    }
    row = Foreign(row="message", fields=fields)

    assert listed(row, now=NOW + timedelta(minutes=1)) is None
    settled = listed(row, now=NOW + timedelta(minutes=11))
    assert settled is not None
    assert settled.text == "half a mess"
