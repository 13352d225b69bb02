"""Texts that leave by a carrier's account: what follows when they do not arrive, and one text for one intent."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from tests.carrying import NUMBER, PRACTICE, Texting, texting
from tests.channels.sms.simulated import CARRIERS, PHONE

from frontdesk.channels.sms.telnyx import stand_in as telnyx
from frontdesk.channels.sms.twilio import stand_in as twilio
from frontdesk.dialogue.effects import Reason
from frontdesk.domain.consent import Consent, Source, Use
from frontdesk.domain.delivery import Delivery, Trouble
from frontdesk.domain.message import ChannelKind
from frontdesk.ports.channel import Mail
from frontdesk.standards.simulating import faults
from frontdesk.standards.simulating.faults import When
from frontdesk.storage import conversations, tasks
from frontdesk.storage.consents import Whose, latest_at, record_consent
from frontdesk.storage.contact_points import contact_point
from frontdesk.storage.deliveries import became_of

EMAIL = "robin@example.com"


@pytest.fixture(params=CARRIERS)
async def one(request: pytest.FixtureRequest, database_url: str, master_home: Path) -> AsyncIterator[Texting]:
    """A desk with each carrier in turn."""
    async with texting(request.param, database_url, master_home) as opened:
        yield opened


async def open_reasons(one: Texting) -> list[str]:
    async with one.desk.storage.practice(PRACTICE.id) as db:
        return [task.reason for task in await tasks.open_tasks(db)]


async def mails(one: Texting) -> list[Mail]:
    """What went by e-mail."""
    await one.deliver()
    return one.post_office.mails


async def make_due(one: Texting) -> None:
    """As if the wait before the next try were over, and longer than any carrier takes to list what it has."""
    async with one.desk.storage.practice(PRACTICE.id) as db:
        await db.run(
            "update outbox set due_at = %s, tried_at = tried_at - interval '1 minute' where practice_id = %s",
            (one.desk.clock.now(), db.practice),
        )


def refuse(one: Texting, twilio_code: int, telnyx_code: str) -> None:
    if isinstance(one.stand_in, twilio.StandIn):
        one.stand_in.refuses[PHONE] = twilio_code
    else:
        one.stand_in.refuses[PHONE] = telnyx_code


def bounce(one: Texting, twilio_code: int, telnyx_code: str) -> None:
    if isinstance(one.stand_in, twilio.StandIn):
        one.stand_in.bounces[PHONE] = twilio_code
    else:
        one.stand_in.bounces[PHONE] = telnyx_code


@pytest.mark.parametrize(
    ("twilio_code", "telnyx_code", "trouble", "reason"),
    [
        (30006, "40001", Trouble.LANDLINE, Reason.LANDLINE),
        (30005, "40012", Trouble.UNKNOWN, Reason.NO_NUMBER),
    ],
)
async def test_a_number_that_texts_do_not_reach_is_marked_told_and_written_to_by_e_mail(
    one: Texting, twilio_code: int, telnyx_code: str, trouble: Trouble, reason: str
) -> None:
    bounce(one, twilio_code, telnyx_code)
    id = await one.put("See you on Thursday at 3:30.", email=EMAIL)
    await one.deliver()

    for _ in range(2):  # receipts come twice
        assert await one.post(one.receipt()) == 200

    async with one.desk.storage.practice(PRACTICE.id) as db:
        known, told = await contact_point(db, PHONE), await became_of(db, id)
    assert known.trouble is trouble
    assert told is not None
    assert (told.became, told.trouble) == (Delivery.UNDELIVERED, trouble)
    assert await open_reasons(one) == [reason]
    [mail] = await mails(one)
    assert mail.to == EMAIL
    assert "See you on Thursday at 3:30." in mail.body
    assert "Thursday" not in mail.subject


async def test_without_an_e_mail_address_the_desk_alone_is_told(one: Texting) -> None:
    bounce(one, 30006, "40001")
    await one.put("See you!")
    await one.deliver()

    await one.post(one.receipt())

    assert await open_reasons(one) == [Reason.LANDLINE]
    assert await mails(one) == []


async def test_nothing_unasked_is_texted_to_a_landline_again_until_a_text_comes_from_there(one: Texting) -> None:
    bounce(one, 30006, "40001")
    await one.put("first")
    await one.deliver()
    await one.post(one.receipt())

    await one.put("second", email=EMAIL)
    await one.deliver()
    assert one.bodies == ["first"]
    assert "second" in (await mails(one))[-1].body
    await one.put("an answer", answers=str(uuid4()))
    await one.deliver()
    assert one.bodies == ["first", "an answer"]
    await one.post(one.stand_in.text_in(PHONE, NUMBER, "I have a mobile now"))
    await one.put("third")
    await one.deliver()

    assert one.bodies == ["first", "an answer", "third"]


async def test_what_is_delivered_in_the_end_needs_nobody(one: Texting) -> None:
    bounce(one, 30003, "40006")
    await one.put("See you!")
    await one.deliver()
    await one.post(one.receipt())
    before = await open_reasons(one)
    one.stand_in.bounces.clear()

    await one.post(one.receipt())

    assert before == ["a message by sms could not be delivered"]
    assert await open_reasons(one) == []


async def test_a_block_that_the_carrier_never_told_of_becomes_an_opt_out_an_e_mail_and_a_task(one: Texting) -> None:
    one.stand_in.text_in(PHONE, NUMBER, "CANCEL")  # and the carrier keeps it to itself
    await one.put("Shall I cancel your visit on Thursday?", email=EMAIL)

    await one.deliver()

    async with one.desk.storage.practice(PRACTICE.id) as db:
        last = await latest_at(db, Use.MESSAGES, ChannelKind.SMS, PHONE)
    assert last is not None
    assert (last.allowed, last.source, last.said) == (False, Source.CARRIER, "")
    assert await open_reasons(one) == [Reason.BLOCKED]
    assert "Shall I cancel your visit on Thursday?" in (await mails(one))[0].body
    assert one.bodies == []


async def test_after_a_stop_that_we_heard_the_carriers_block_is_no_news(one: Texting) -> None:
    one.stand_in.text_in(PHONE, NUMBER, "STOP")
    await one.put("You will get no more texts.", email=EMAIL, answers=str(uuid4()))
    async with one.desk.storage.practice(PRACTICE.id) as db:
        thread = await conversations.find_open(db, ChannelKind.SMS, PHONE)
        assert thread is not None
        ended = Consent(
            id=uuid4(), use=Use.MESSAGES, allowed=False, source=Source.TEXT, recorded=one.desk.clock.now(), said="STOP"
        )
        await record_consent(db, ended, Whose(subject=thread.id, channel=ChannelKind.SMS, address=PHONE))

    await one.deliver()

    assert await open_reasons(one) == []
    assert await mails(one) == []


async def test_an_account_that_is_not_in_order_is_told_urgently_once_and_the_text_waits(one: Texting) -> None:
    refuse(one, 21606, "40305")
    await one.put("See you!")

    await one.deliver()
    await one.deliver()

    assert await open_reasons(one) == ["a message by sms could not be delivered"]
    one.stand_in.refuses.clear()
    await make_due(one)
    await one.deliver()
    assert one.bodies == ["See you!"]


async def test_an_unregistered_number_is_told_by_its_receipts(one: Texting) -> None:
    bounce(one, 30034, "40010")
    await one.put("See you!", email=EMAIL)
    await one.deliver()

    await one.post(one.receipt())

    async with one.desk.storage.practice(PRACTICE.id) as db:
        [task] = await tasks.open_tasks(db)
    assert (task.reason, task.urgent) == (Reason.CARRIER_ACCOUNT, True)
    assert await mails(one) == []  # nothing is wrong with the patient's number


async def test_too_much_at_once_waits_and_goes_later(one: Texting) -> None:
    refuse(one, 21611, "40318")
    await one.put("See you!")
    await one.deliver()
    one.stand_in.refuses.clear()
    await make_due(one)

    await one.deliver()

    assert one.bodies == ["See you!"]
    assert await open_reasons(one) == []


SENDS = {"twilio": "POST /2010-04-01/Accounts/{account}/Messages.json", "telnyx": "POST /v2/messages"}


@pytest.mark.parametrize("when", list(When))
async def test_a_lost_answer_is_one_text(one: Texting, when: When) -> None:
    one.stand_in.faults.plan(faults.CutsConnection(when=when), on=SENDS[one.name])
    await one.put("See you!")
    await one.deliver()
    await make_due(one)

    await one.deliver()
    await make_due(one)
    await one.deliver()

    assert one.bodies == ["See you!"]
    assert await open_reasons(one) == []


async def test_what_may_have_left_is_looked_for_however_often_the_look_fails(one: Texting) -> None:
    one.stand_in.faults.plan(faults.CutsConnection(when=When.AFTER_COMMIT), on=SENDS[one.name])
    await one.put("See you!")
    await one.deliver()
    one.stand_in.faults.plan(faults.KeyRefused(), times=1)  # of the look, or of the repeat
    await make_due(one)
    await one.deliver()
    await make_due(one)

    await one.deliver()

    assert one.bodies == ["See you!"]


async def test_a_receipt_is_the_answer_that_was_lost(one: Texting) -> None:
    one.stand_in.faults.plan(faults.CutsConnection(when=When.AFTER_COMMIT), on=SENDS[one.name])
    id = await one.put("See you!")
    await one.deliver()

    await one.post(one.receipt())
    await make_due(one)
    asked = len(one.stand_in.heard)
    await one.deliver()

    assert one.bodies == ["See you!"]
    assert len(one.stand_in.heard) == asked  # nothing had to be looked for
    async with one.desk.storage.practice(PRACTICE.id) as db:
        told = await became_of(db, id)
    assert told is not None
    assert told.became is Delivery.DELIVERED


async def test_what_a_worker_that_died_had_sent_is_not_sent_again(one: Texting) -> None:
    await one.put("See you!")

    class Dies(Exception):
        pass

    async def send_and_die(text: object) -> None:
        account = one.desk.texting_of(PRACTICE.id)
        assert account is not None
        await account.account.send(text)  # type: ignore[arg-type]
        raise Dies

    dying = type("Dying", (), {"send": staticmethod(send_and_die)})()
    living = one.desk
    one.desk = replace(living, carrier_of=lambda _: dying)
    with pytest.raises(Dies):
        await one.deliver()
    one.desk = living
    await make_due(one)

    await one.deliver()

    assert one.bodies == ["See you!"]
    assert await open_reasons(one) == []


@pytest.mark.parametrize("name", CARRIERS)
async def test_a_number_is_looked_up_once_where_the_practice_wants_it(
    database_url: str, master_home: Path, name: str
) -> None:
    async with texting(name, database_url, master_home, change=lambda given: given.update(look_up="yes")) as one:
        mobile = "+15125550188"
        one.stand_in.lines[PHONE] = "landline" if name == "twilio" else "fixed line"
        one.stand_in.lines[mobile] = "mobile"
        await one.put("to a landline", email=EMAIL)
        await one.deliver()
        for body in ("one", "two"):
            await one.put(body, to=mobile)
            await one.deliver(mobile)

        looked_up = [call for call in one.stand_in.heard if "ookup" in call or "/v2/PhoneNumbers" in call]
        assert len(looked_up) == 2
        assert one.bodies == ["one", "two"]
        assert await open_reasons(one) == [Reason.LANDLINE]
        assert "to a landline" in (await mails(one))[0].body


async def test_whoever_has_texted_is_not_looked_up(database_url: str, master_home: Path) -> None:
    async with texting("twilio", database_url, master_home, change=lambda given: given.update(look_up="yes")) as one:
        one.stand_in.lines[PHONE] = "landline"  # some landlines can text
        await one.post(one.stand_in.text_in(PHONE, NUMBER, "hello"))
        await one.put("See you!")

        await one.deliver()

        assert one.bodies == ["See you!"]
        assert "GET /v2/PhoneNumbers/{number}" not in one.stand_in.heard


async def test_a_look_up_that_fails_keeps_no_text_back(database_url: str, master_home: Path) -> None:
    async with texting("twilio", database_url, master_home, change=lambda given: given.update(look_up="yes")) as one:
        one.stand_in.faults.plan(faults.Fails(when=When.BEFORE_COMMIT), on="GET /v2/PhoneNumbers/{number}", times=9)
        await one.put("See you!")

        await one.deliver()

        assert one.bodies == ["See you!"]


async def test_a_picture_of_the_state_stands_in_no_log(one: Texting, capsys: pytest.CaptureFixture[str]) -> None:
    bounce(one, 30006, "40001")
    await one.put("See you on Thursday at 3:30.", email=EMAIL)
    await one.deliver()
    await one.post(one.receipt())
    await one.post(one.stand_in.text_in(PHONE, NUMBER, "a secret word"))

    told = capsys.readouterr().out
    assert "another system was asked" in told
    for secret in (PHONE, PHONE[1:], "Thursday", "secret", EMAIL, *secrets(one)):
        assert secret not in told


def secrets(one: Texting) -> tuple[str, ...]:
    return (one.stand_in.key,) if isinstance(one.stand_in, telnyx.StandIn) else (one.stand_in.token,)
