"""What stands still for five minutes is told to a person, once, by a way that works; and that it is over."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from tests.storage.test_dead_letters import Failing, a_mail, a_text, failing
from tests.work.test_tell import PRACTICE, Outside, run_due
from tests.work.test_tell import desk as desk
from tests.work.test_tell import outside as outside

from frontdesk.domain.message import ChannelKind
from frontdesk.domain.telling import Contact, Telling
from frontdesk.ports.channel import Accepted, Mail, Text
from frontdesk.ports.faults import Unreachable
from frontdesk.reception.watching import REASONS
from frontdesk.storage import tasks
from frontdesk.storage.clock import new_id
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.watched import Part, Sign, troubles
from frontdesk.wiring import Frontdesk
from frontdesk.work.watch import watch_once

DANA_PHONE, DANA_MAIL, LEE_PHONE, LEE_MAIL = "+15125550171", "dana@example.com", "+15125550172", "lee@example.com"
WHO = Telling(
    contacts=(
        Contact(id="dana", phone=DANA_PHONE, email=DANA_MAIL),
        Contact(id="lee", phone=LEE_PHONE),
        Contact(id="kim", email=LEE_MAIL),
    )
)
MINUTE = timedelta(minutes=1)


class Half(Failing):
    """Takes mail, or texts, and the other does not answer while `down`."""

    def __init__(self, down: str) -> None:
        super().__init__([])
        self.down = down

    async def send(self, text: Text) -> Accepted:
        if self.down == "texts":
            raise Unreachable("down")
        return self._take(text.to, text.body)

    async def post(self, mail: Mail) -> Accepted:
        if self.down == "letters":
            raise Unreachable("down")
        return self._take(mail.to, f"{mail.subject}\n{mail.body}")


async def with_half(desk: Frontdesk, down: str, telling: Telling = WHO) -> tuple[Frontdesk, Half]:
    out = Half(down)
    desk = replace(desk, carrier_of=lambda _: out, post_office_of=lambda _: out, clock=out)
    await apply_practice(desk.storage, replace(PRACTICE, telling=telling), [], now=out.now())
    return desk, out


def sign(desk: Frontdesk, part: Part) -> Sign:
    return Sign(process=new_id(), part=part, since=desk.clock.now())


async def minutes(desk: Frontdesk, out: Outside, count: int, *watching: Sign, worker: bool = True) -> None:
    """So many minutes go by; whoever watches looks each minute."""
    for _ in range(count):
        out.at += MINUTE
        if worker:
            await run_due(desk)
        for one in watching:
            await watch_once(desk, one)
    if worker:
        await run_due(desk)


async def standing(desk: Frontdesk) -> list[Part]:
    async with desk.storage.practice(PRACTICE.id) as db:
        return [one.part for one in await troubles(db)]


async def open_reasons(desk: Frontdesk) -> set[str]:
    async with desk.storage.practice(PRACTICE.id) as db:
        return {task.reason for task in await tasks.open_tasks(db)}


def told(out: Outside, words: str) -> list[str]:
    return [to for to, said in out.went if words in said]


async def test_texts_that_do_not_leave_are_told_by_mail_once_and_so_is_that_they_leave_again(desk: Frontdesk) -> None:
    desk, out = await with_half(desk, "texts")
    web = sign(desk, Part.WEB)
    await a_text(desk)

    await minutes(desk, out, 4, web)
    early = list(out.went)
    await minutes(desk, out, 2, web)
    first = told(out, "No text has left for five minutes")
    stands = await standing(desk), await open_reasons(desk)
    await minutes(desk, out, 3, web)
    once = told(out, "No text has left for five minutes")
    out.down = ""
    await minutes(desk, out, 40, web)
    over = told(out, "texts leave again")

    assert early == []
    assert first == once == [DANA_MAIL]
    assert stands == ([Part.TEXTS], {REASONS[Part.TEXTS]})
    assert DANA_MAIL in over
    assert len(over) == len(set(over))
    assert await standing(desk) == []
    assert await open_reasons(desk) == set()


async def test_mail_that_does_not_leave_is_told_by_text(desk: Frontdesk) -> None:
    desk, out = await with_half(desk, "letters")
    await a_mail(desk)

    await minutes(desk, out, 7, sign(desk, Part.WEB))

    assert told(out, "No e-mail has left for five minutes") == [DANA_PHONE]
    assert await standing(desk) == [Part.LETTERS]


async def test_whose_only_way_is_stuck_has_somebody_else_told(desk: Frontdesk) -> None:
    only_phone = Telling(contacts=(Contact(id="lee", phone=LEE_PHONE), Contact(id="kim", email=LEE_MAIL)))
    desk, out = await with_half(desk, "texts", only_phone)
    await a_text(desk)

    await minutes(desk, out, 7, sign(desk, Part.WEB))

    assert set(told(out, "No text has left for five minutes")) == {LEE_MAIL, PRACTICE.email}


async def test_a_dead_worker_is_told_of_by_the_web_process_with_its_own_hands(desk: Frontdesk) -> None:
    desk, out = await with_half(desk, "")
    worker, web = sign(desk, Part.WORKER), sign(desk, Part.WEB)
    await minutes(desk, out, 2, worker, web)

    await minutes(desk, out, 4, web, worker=False)
    early = list(out.went)
    await minutes(desk, out, 3, web, worker=False)
    first = told(out, "The worker has stopped")
    await minutes(desk, out, 2, sign(desk, Part.WORKER), web)

    assert early == []
    assert first == [DANA_PHONE, DANA_MAIL]
    assert sorted(told(out, "the worker runs again")) == sorted([DANA_PHONE, DANA_MAIL])
    assert await standing(desk) == []


async def test_dead_web_pages_are_told_of_by_the_worker(desk: Frontdesk) -> None:
    desk, out = await with_half(desk, "")
    worker, web = sign(desk, Part.WORKER), sign(desk, Part.WEB)
    await minutes(desk, out, 1, worker, web)

    await minutes(desk, out, 7, worker)

    assert told(out, "The web pages have stopped") == [DANA_PHONE, DANA_MAIL]


async def test_several_that_watch_tell_once(desk: Frontdesk) -> None:
    desk, out = await with_half(desk, "")
    worker = sign(desk, Part.WORKER)
    several = [sign(desk, Part.WEB) for _ in range(3)]
    await minutes(desk, out, 1, worker, *several)

    await minutes(desk, out, 8, *several, worker=False)

    assert told(out, "The worker has stopped") == [DANA_PHONE, DANA_MAIL]


async def test_whoever_has_just_started_judges_nobody(desk: Frontdesk) -> None:
    desk, out = await with_half(desk, "")
    await minutes(desk, out, 1, sign(desk, Part.WORKER))
    out.at += timedelta(hours=9)

    await minutes(desk, out, 4, sign(desk, Part.WEB), worker=False)

    assert await standing(desk) == []


async def test_a_process_that_never_was_is_not_missed(desk: Frontdesk) -> None:
    desk, out = await with_half(desk, "")

    await minutes(desk, out, 9, sign(desk, Part.WORKER))

    assert out.went == []


async def test_a_message_without_an_answer_is_told_although_every_process_lives(desk: Frontdesk) -> None:
    desk, out = await with_half(desk, "")
    web = sign(desk, Part.WEB)
    await desk.reception.receive(PRACTICE.id, ChannelKind.SMS, "+15125550147", "hello", provider_id=str(uuid4()))
    async with desk.storage.practice(PRACTICE.id) as db:
        await db.run("update message set sent_at = %s where practice_id = %s", (out.at, db.practice))

    await minutes(desk, out, 7, web, worker=False)
    first = await standing(desk)
    async with desk.storage.practice(PRACTICE.id) as db:
        await db.run("update message set answered_at = %s where practice_id = %s", (out.at, db.practice))
    await minutes(desk, out, 1, web)

    assert first == [Part.ANSWERS]
    assert told(out, "messages are answered again") == [DANA_PHONE, DANA_MAIL]


async def test_one_message_that_fails_while_others_leave_is_no_trouble_of_the_channel(desk: Frontdesk) -> None:
    desk, out = failing(desk)
    web = sign(desk, Part.WEB)
    out.faults = [Unreachable("down")]
    await a_text(desk)
    await run_due(desk)

    for _ in range(9):
        out.at += MINUTE
        async with desk.storage.practice(PRACTICE.id) as db:
            await db.run(
                "update outbox set due_at = %s where practice_id = %s and failing_since is not null",
                (out.at + MINUTE, db.practice),
            )
        await a_text(desk)
        await run_due(desk)
        await watch_once(desk, web)

    assert await standing(desk) == []
