"""What will not go out: seen, tried again, dropped; and nothing is sent twice by it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from tests.clinic import a_practice
from tests.work.test_tell import Outside, queued, run_due
from tests.work.test_tell import desk as desk
from tests.work.test_tell import outside as outside

from frontdesk.dialogue.state import State
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.ports.channel import Accepted, Mail, Text
from frontdesk.ports.faults import Fault, OutcomeUnknown, Refused, Unreachable
from frontdesk.storage import conversations, outbox, tasks
from frontdesk.storage.dead_letters import DeadLetter, Retried, dead_letters, drop, retry
from frontdesk.wiring import Frontdesk
from frontdesk.work.deliver import WAITS

PRACTICE = a_practice()
PHONE = "+15125550147"
MARIA = "maria@example.com"
HOURS = timedelta(hours=3)


class Failing(Outside):
    """Fails as it is told with what is for the patient; `tried`: what each text said of earlier tries."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = list(faults)
        self.tried: list[bool] = []

    async def send(self, text: Text) -> Accepted:
        if text.to == PHONE:
            self.tried.append(text.tried is not None)
        return await self._or_fault(text.to, text.body)

    async def post(self, mail: Mail) -> Accepted:
        return await self._or_fault(mail.to, mail.body)

    async def _or_fault(self, to: str, words: str) -> Accepted:
        if self.faults and to in {PHONE, MARIA}:
            raise self.faults.pop(0)
        return self._take(to, words)


def failing(desk: Frontdesk, *faults: Fault) -> tuple[Frontdesk, Failing]:
    out = Failing(faults)
    return replace(desk, carrier_of=lambda _: out, post_office_of=lambda _: out, clock=out), out


async def a_text(desk: Frontdesk) -> ConversationId:
    async with desk.storage.practice(PRACTICE.id) as db:
        thread = await conversations.open_conversation(
            db, ChannelKind.SMS, PHONE, id=ConversationId(uuid4()), state=State(), now=desk.clock.now()
        )
        id, sender = uuid4(), PRACTICE.locations[0].phone
        text = Text(key=str(id), sender=sender, to=PHONE, body="See you", kind=ContactKind.REPLY)
        await outbox.put_text(db, thread, id, text, now=desk.clock.now())
    return thread


async def a_mail(desk: Frontdesk) -> None:
    thread = await a_text(desk)
    async with desk.storage.practice(PRACTICE.id) as db:
        await db.run("delete from outbox where practice_id = %s", (db.practice,))
        mail = Mail(key="k", sender="desk@example.com", to=MARIA, subject="Visit", body="See you")
        await outbox.put_mail(db, thread, thread, mail, now=desk.clock.now())


async def listed(desk: Frontdesk) -> list[DeadLetter]:
    async with desk.storage.practice(PRACTICE.id) as db:
        return await dead_letters(db)


async def open_reasons(desk: Frontdesk) -> list[str]:
    async with desk.storage.practice(PRACTICE.id) as db:
        return [task.reason for task in await tasks.open_tasks(db)]


async def until_it_gives_up(desk: Frontdesk, out: Failing) -> None:
    for _ in range(8):
        await run_due(desk)
        out.at += HOURS


async def test_what_was_refused_is_listed_and_goes_once_when_it_is_tried_again(desk: Frontdesk) -> None:
    desk, out = failing(desk, Refused("the account is closed"))
    await a_text(desk)
    await run_due(desk)
    [letter] = await listed(desk)
    before = await open_reasons(desk)

    async with desk.storage.practice(PRACTICE.id) as db:
        became = await retry(db, letter.id, now=desk.clock.now())
        again = await retry(db, letter.id, now=desk.clock.now())
    after = await open_reasons(desk)
    await run_due(desk)
    await run_due(desk)

    assert (letter.why, letter.can_be_retried, letter.own) == ("the account is closed", True, False)
    assert (became, again) == (Retried.ON_ITS_WAY, Retried.NOT_THERE)
    assert [words for to, words in out.went if to == PHONE] == ["See you"]
    assert out.tried == [False, False]
    assert await listed(desk) == []
    assert "a message by sms could not be delivered" in before
    assert "a message by sms could not be delivered" not in after


async def test_a_text_that_may_have_left_is_tried_again_as_one_that_may_have(desk: Frontdesk) -> None:
    desk, out = failing(desk, OutcomeUnknown("no answer came"), *[Unreachable("down")] * 6)
    await a_text(desk)
    await until_it_gives_up(desk, out)
    out.faults.clear()
    [letter] = await listed(desk)

    async with desk.storage.practice(PRACTICE.id) as db:
        became = await retry(db, letter.id, now=desk.clock.now())
    await run_due(desk)

    assert (letter.can_be_retried, became) == (True, Retried.ON_ITS_WAY)
    assert out.tried[-1]  # its carrier looks first whether it has it


async def test_a_mail_that_may_have_arrived_is_not_sent_a_second_time(desk: Frontdesk) -> None:
    desk, out = failing(desk, OutcomeUnknown("the connection was lost"), *[Unreachable("down")] * 6)
    await a_mail(desk)
    await until_it_gives_up(desk, out)
    out.faults.clear()
    [letter] = await listed(desk)

    async with desk.storage.practice(PRACTICE.id) as db:
        became = await retry(db, letter.id, now=desk.clock.now())
    await run_due(desk)

    assert (letter.can_be_retried, became) == (False, Retried.MAY_HAVE_ARRIVED)
    assert [to for to, _ in out.went if to == MARIA] == []


async def test_a_mail_that_certainly_did_not_go_is(desk: Frontdesk) -> None:
    desk, out = failing(desk, *[Unreachable("down")] * (len(WAITS) + 1))
    await a_mail(desk)
    await until_it_gives_up(desk, out)
    [letter] = await listed(desk)

    async with desk.storage.practice(PRACTICE.id) as db:
        await retry(db, letter.id, now=desk.clock.now())
    await run_due(desk)

    assert [to for to, _ in out.went if to == MARIA] == [MARIA]


async def test_what_a_restored_backup_held_is_not_tried_again(desk: Frontdesk) -> None:
    await a_text(desk)
    async with desk.storage.practice(PRACTICE.id) as db:
        await db.run("update outbox set state = 'given-up' where practice_id = %s", (db.practice,))

    [letter] = await listed(desk)
    async with desk.storage.practice(PRACTICE.id) as db:
        became = await retry(db, letter.id, now=desk.clock.now())

    assert became is Retried.MAY_HAVE_ARRIVED


async def test_one_that_fails_again_is_a_task_again(desk: Frontdesk) -> None:
    desk, _ = failing(desk, Refused("no"), Refused("still no"))
    await a_text(desk)
    await run_due(desk)
    [letter] = await listed(desk)
    async with desk.storage.practice(PRACTICE.id) as db:
        await retry(db, letter.id, now=desk.clock.now())

    await run_due(desk)

    assert [one.why for one in await listed(desk)] == ["still no"]
    assert "a message by sms could not be delivered" in await open_reasons(desk)


async def test_what_was_dropped_never_goes_and_the_audit_tells_who_decided(desk: Frontdesk) -> None:
    desk, out = failing(desk, Refused("no"), Refused("no"))
    await a_text(desk)
    await run_due(desk)
    [letter] = await listed(desk)
    async with desk.storage.practice(PRACTICE.id) as db:
        await retry(db, letter.id, now=desk.clock.now())
    await run_due(desk)

    async with desk.storage.practice(PRACTICE.id) as db:
        dropped = await drop(db, letter.id, now=desk.clock.now())
        again = await drop(db, letter.id, now=desk.clock.now())
    await run_due(desk)

    assert (dropped, again) == (True, False)
    assert [to for to, _ in out.went if to == PHONE] == []
    assert await queued(desk) == []
    async with desk.storage.practice(PRACTICE.id) as db:
        rows = await db.all("select what from audit_event where practice_id = %s", (db.practice,))
    assert {"message.retried", "message.dropped"} <= {row["what"] for row in rows}
