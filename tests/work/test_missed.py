"""Texts that never came in: found at the carrier, taken in once and in order, and answered as late as they are."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import cast

import psycopg
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis.strategies import integers, lists, tuples
from tests.carrying import NUMBER, PRACTICE, Texting, texting
from tests.channels.sms.simulated import CARRIERS, PHONE

from frontdesk.channels.sms.standing_in import Posted
from frontdesk.channels.sms.twilio import stand_in as twilio
from frontdesk.dialogue.effects import Reason
from frontdesk.domain.consent import Use
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.ports.carrying import NOT_KEPT, Came, Known
from frontdesk.ports.faults import Unreachable
from frontdesk.reception.desk import Reception
from frontdesk.reception.missed import NOT_LOOKED_FOR, UNLISTED, Listing, Missed
from frontdesk.standards.simulating import faults
from frontdesk.storage import conversations, tasks, text_looks
from frontdesk.storage.arrivals import Received
from frontdesk.storage.carrier_accounts import drop_account
from frontdesk.storage.consents import latest_at
from frontdesk.storage.forget import forget_conversations
from frontdesk.storage.jobs import Job, Work, take_all
from frontdesk.storage.patient_file import Person
from frontdesk.work.due import enqueue_due
from frontdesk.work.missed import listing_of, missed

JOB = Job(work=Work.MISSED, practice=PRACTICE.id, on=PRACTICE.id)
_phones = (f"+1512555{number}" for number in count(3000))


@pytest.fixture(params=CARRIERS)
async def one(request: pytest.FixtureRequest, database_url: str, master_home: Path) -> AsyncIterator[Texting]:
    """A desk with each carrier in turn, which has looked once: from here on its numbers' texts are its own."""
    async with texting(request.param, database_url, master_home) as opened:
        await missed(opened.desk, JOB)
        yield opened


async def look(one: Texting) -> None:
    """As after a start: whatever there is, is looked through now."""
    async with one.desk.storage.practice(PRACTICE.id) as db:
        await text_looks.make_due(db, now=one.clock.now())
    await missed(one.desk, JOB)


async def talk(one: Texting, phone: str = PHONE) -> list[Message]:
    async with one.desk.storage.practice(PRACTICE.id) as db:
        thread = await conversations.find_open(db, ChannelKind.SMS, phone)
        return await conversations.messages(db, thread.id) if thread else []


async def answered(one: Texting, phone: str = PHONE) -> list[str]:
    """What the assistant has said to that phone, once it had its turn."""
    async with one.desk.storage.practice(PRACTICE.id) as db:
        thread = await conversations.find_open(db, ChannelKind.SMS, phone)
    assert thread is not None
    await one.desk.reception.answer(PRACTICE.id, thread.id)
    return [said.text for said in await talk(one, phone) if said.author is Author.ASSISTANT]


async def open_reasons(one: Texting) -> set[str]:
    async with one.desk.storage.practice(PRACTICE.id) as db:
        return {task.reason for task in await tasks.open_tasks(db)}


async def may_be_texted(one: Texting, phone: str = PHONE) -> bool | None:
    async with one.desk.storage.practice(PRACTICE.id) as db:
        last = await latest_at(db, Use.MESSAGES, ChannelKind.SMS, phone)
    return last.allowed if last else None


def signed_anew(one: Texting, place: int, posted: Posted | None) -> Posted:
    """The webhook of the text at that place, as its carrier brings it again by now."""
    if isinstance(one.stand_in, twilio.StandIn):
        assert posted is not None
        return posted
    return one.stand_in.event("message.received", one.stand_in.received[place].payload, one.stand_in.webhook or "")


async def test_an_hour_away_loses_nothing_and_doubles_nothing(one: Texting) -> None:
    phones = [next(_phones) for _ in range(8)]
    words = {3: "STOP", 7: "I can't breathe and my chest hurts"}
    sent: list[tuple[str, str]] = []
    webhooks: list[Posted | None] = []
    for number in range(30):
        phone = phones[number % 8]
        sent.append((phone, words.get(number, f"question {number}")))
        webhooks.append(one.stand_in.text_in(phone, NUMBER, sent[-1][1]))
        one.clock.turn(minutes=2)

    await look(one)
    for place, posted in enumerate(webhooks):  # and then they come after all
        assert await one.post(signed_anew(one, place, posted)) == 200
    await look(one)

    for phone in phones:
        assert await one.said(phone) == [body for whose, body in sent if whose == phone]
    first = (await talk(one, phones[0]))[0]
    assert timedelta(minutes=59) < one.clock.now() - first.sent < timedelta(minutes=61)
    for phone in phones:
        await answered(one, phone)
    assert await may_be_texted(one, phones[3]) is False
    async with one.desk.storage.practice(PRACTICE.id) as db:
        urgent = [task.reason for task in await tasks.open_tasks(db) if task.urgent]
    assert urgent == [Reason.EMERGENCY, Reason.CLINICAL]  # and what the same person asked after it


async def test_what_was_sent_before_the_account_was_this_desks_is_left_alone(
    database_url: str, master_home: Path
) -> None:
    async with texting("twilio", database_url, master_home) as opened:
        opened.stand_in.text_in(PHONE, NUMBER, "answered by whoever had the number before")
        opened.clock.turn(minutes=5)

        await missed(opened.desk, JOB)
        opened.clock.turn(minutes=5)
        await look(opened)

        assert await opened.said() == []


async def test_a_fresh_text_is_left_to_its_webhook_and_looked_for_again_in_a_minute(one: Texting) -> None:
    one.clock.turn(minutes=10)
    one.stand_in.text_in(PHONE, NUMBER, "hello")

    await look(one)
    soon = await one.said()
    one.clock.turn(seconds=61)
    await missed(one.desk, JOB)

    assert soon == []
    assert await one.said() == ["hello"]


async def test_a_text_of_minutes_ago_is_answered_and_one_of_hours_ago_is_for_people(one: Texting) -> None:
    fresh, old = next(_phones), next(_phones)
    one.stand_in.text_in(old, NUMBER, "can I come in an hour?")
    one.clock.turn(hours=3)
    one.stand_in.text_in(fresh, NUMBER, "what are your hours?")
    one.clock.turn(minutes=20)

    await look(one)

    assert await answered(one, old) == []
    assert Reason.LATE_TEXT in await open_reasons(one)
    assert await answered(one, fresh) != []


async def test_an_emergency_is_answered_however_late_and_people_are_told(one: Texting) -> None:
    one.stand_in.text_in(PHONE, NUMBER, "I can't breathe and my chest hurts")
    one.clock.turn(hours=20)

    await look(one)

    [said] = await answered(one)
    assert "911" in said
    assert await open_reasons(one) == {Reason.EMERGENCY}


async def test_a_stop_is_obeyed_however_late(one: Texting) -> None:
    one.stand_in.text_in(PHONE, NUMBER, "STOP")
    one.clock.turn(hours=20)

    await look(one)
    await answered(one)

    assert await may_be_texted(one) is False


async def test_a_stop_that_a_start_came_after_does_not_end_texts_again(one: Texting) -> None:
    one.stand_in.text_in(PHONE, NUMBER, "STOP")
    one.clock.turn(minutes=5)
    assert await one.post(one.stand_in.text_in(PHONE, NUMBER, "START")) == 200
    await answered(one)
    before = await may_be_texted(one)
    one.clock.turn(minutes=5)

    await look(one)
    await answered(one)

    assert await one.said() == ["START", "STOP"]
    assert before is True
    assert await may_be_texted(one) is True
    assert Reason.LATE_TEXT in await open_reasons(one)


async def test_a_yes_that_something_newer_came_before_is_for_people(one: Texting) -> None:
    one.stand_in.text_in(PHONE, NUMBER, "yes")
    one.clock.turn(minutes=2)
    assert await one.post(one.stand_in.text_in(PHONE, NUMBER, "what are your hours?")) == 200
    before = await answered(one)
    one.clock.turn(minutes=3)

    await look(one)

    assert await answered(one) == before
    assert Reason.LATE_TEXT in await open_reasons(one)


class Breaks:
    """A reception whose database goes away after so many texts."""

    def __init__(self, reception: Reception, *, after: int) -> None:
        self._reception = reception
        self._left = after

    async def receive(
        self, practice: PracticeId, channel: ChannelKind, address: str, text: str, **more: object
    ) -> Received:
        if self._left == 0:
            raise psycopg.OperationalError("gone")
        self._left -= 1
        return await self._reception.receive(practice, channel, address, text, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("after", range(4))
async def test_a_look_that_breaks_off_anywhere_is_taken_up_again(one: Texting, after: int) -> None:
    for number in range(4):
        one.stand_in.text_in(PHONE, NUMBER, f"number {number}")
    one.clock.turn(minutes=5)
    listing = listing_of(one.desk, PRACTICE.id)
    assert listing is not None
    breaking = cast(Reception, Breaks(one.desk.reception, after=after))
    async with one.desk.storage.practice(PRACTICE.id) as db:
        await text_looks.make_due(db, now=one.clock.now())

    with pytest.raises(psycopg.OperationalError):
        await Missed(one.desk.storage, one.desk.practices, breaking, one.clock).look(PRACTICE.id, listing)
    half = await one.said()
    await look(one)

    assert half == [f"number {number}" for number in range(after)]
    assert await one.said() == [f"number {number}" for number in range(4)]


@hypothesis_settings(
    deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=lists(tuples(integers(0, 2), integers(0, 5)), max_size=12))
async def test_webhooks_that_race_the_list_never_make_two_and_lose_none(
    one: Texting, steps: list[tuple[int, int]]
) -> None:
    phone = next(_phones)
    begun = len(one.stand_in.received)
    webhooks: list[Posted | None] = []
    for what, which in steps:
        if what == 0:
            webhooks.append(one.stand_in.text_in(phone, NUMBER, f"number {len(webhooks)}"))
        elif what == 1 and webhooks:
            place = which % len(webhooks)
            assert await one.post(signed_anew(one, begun + place, webhooks[place])) == 200
        elif what == 2:
            one.clock.turn(seconds=30)
            await look(one)
    one.clock.turn(minutes=2)
    await look(one)

    assert sorted(await one.said(phone)) == sorted(f"number {place}" for place in range(len(webhooks)))


async def test_texts_of_one_second_on_many_pages_keep_their_order(one: Texting) -> None:
    one.stand_in.most_rows = 3
    for number in range(10):
        one.stand_in.text_in(PHONE, NUMBER, f"number {number}")
    one.clock.turn(minutes=5)

    await look(one)

    assert await one.said() == [f"number {number}" for number in range(10)]


async def test_words_that_the_carrier_does_not_keep_are_for_people_unless_the_webhook_brings_them(one: Texting) -> None:
    first, second = next(_phones), next(_phones)
    posted = one.stand_in.text_in(first, NUMBER, "brought by the webhook")
    one.stand_in.text_in(second, NUMBER, "known to nobody")
    if isinstance(one.stand_in, twilio.StandIn):
        one.stand_in.redacts = True
    else:
        one.stand_in.received.insert(0, one.stand_in.received[0])  # listed twice is one
        await one.post(one.stand_in.text_in(next(_phones), NUMBER, "a third, so that ids are known to be right"))
        one.stand_in.unshown = {came.id for came in one.stand_in.received}
    one.clock.turn(minutes=5)

    await look(one)
    assert await one.said(first) == await one.said(second) == []
    assert await one.post(signed_anew(one, 0, posted)) == 200
    one.clock.turn(minutes=6)
    await look(one)

    assert await one.said(first) == ["brought by the webhook"]
    assert await one.said(second) == [NOT_KEPT]
    assert await answered(one, second) == []
    assert Reason.LATE_TEXT in await open_reasons(one)


class Silent:
    """A carrier that does not list anything just now."""

    async def came_since(self, number: str, since: datetime, *, known: Known) -> list[Came]:
        raise Unreachable("no answer")


async def test_a_list_that_cannot_be_read_is_told_after_half_an_hour_and_catches_up(one: Texting) -> None:
    async def fail() -> set[str]:
        async with one.desk.storage.practice(PRACTICE.id) as db:
            await text_looks.make_due(db, now=one.clock.now())
        await one.desk.missed.look(PRACTICE.id, Listing(carrier=one.name, texts=Silent()))
        return await open_reasons(one)

    one.stand_in.text_in(PHONE, NUMBER, "hello")
    early = await fail()
    one.clock.turn(minutes=31)
    late = await fail()
    one.clock.turn(minutes=2)

    await look(one)

    assert (early, late) == (set(), {UNLISTED})
    assert await open_reasons(one) == set()
    assert await one.said() == ["hello"]


async def test_keys_that_are_not_accepted_any_more_are_told_at_once(one: Texting) -> None:
    one.stand_in.faults.plan(faults.KeyRefused(), times=9)

    await look(one)
    told = await open_reasons(one)
    one.stand_in.faults.clear()
    await look(one)

    assert told == {UNLISTED}
    assert await open_reasons(one) == set()


async def test_more_than_three_days_away_is_told(one: Texting) -> None:
    one.stand_in.text_in(PHONE, NUMBER, "five days ago")
    one.clock.turn(days=3)
    one.stand_in.text_in(PHONE, NUMBER, "two days ago")
    one.clock.turn(days=2)

    await look(one)

    assert await one.said() == ["two days ago"]
    assert await open_reasons(one) == {NOT_LOOKED_FOR}


async def test_whoever_was_forgotten_is_not_brought_back(one: Texting) -> None:
    one.clock.turn(minutes=20)
    assert await one.post(one.stand_in.text_in(PHONE, NUMBER, "forget me")) == 200
    async with one.desk.storage.practice(PRACTICE.id) as db:
        thread = await conversations.find_open(db, ChannelKind.SMS, PHONE)
        assert thread is not None
        await forget_conversations(db, Person(patient=None, conversations=(thread.id,)))
    one.clock.turn(minutes=5)

    await look(one)

    assert await one.said() == []


async def test_a_restored_desk_leaves_to_people_what_the_lost_one_may_have_answered(one: Texting) -> None:
    one.stand_in.text_in(PHONE, NUMBER, "what are your hours?")
    one.clock.turn(minutes=5)
    async with one.desk.storage.practice(PRACTICE.id) as db:
        await text_looks.note_restored(db, now=one.clock.now())

    await look(one)

    assert await answered(one) == []
    assert await open_reasons(one) == {Reason.LATE_TEXT}


async def test_it_looks_at_the_start_then_every_five_minutes_and_anew_once_the_account_was_away(one: Texting) -> None:
    async def due(*, since_start: bool = False) -> bool:
        await enqueue_due(one.desk, since_start=since_start)
        async with one.desk.storage.practice(PRACTICE.id) as db:
            return JOB in await take_all(db.connection)

    assert not await due()
    assert await due(since_start=True)
    await missed(one.desk, JOB)
    one.clock.turn(minutes=4)
    assert not await due()
    one.clock.turn(minutes=2)
    assert await due()
    async with one.desk.storage.practice(PRACTICE.id) as db:
        await drop_account(db)
        now = one.clock.now()
        again = await text_looks.begin_look(db, one.name, NUMBER, now=now)
    assert again is not None
    assert again.since == now
