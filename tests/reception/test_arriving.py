"""Mail that arrives: replies are answered in their conversation, bounces followed up, strangers told nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.clinic import NOW
from tests.reception import test_recovery
from tests.reception.test_recovery import BEFORE_THE_YES, PATIENT, PRACTICE, Clinic

from frontdesk.channels.email.letter import message_id
from frontdesk.dialogue.effects import Reason
from frontdesk.domain.appointment import Status
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.ports.channel import Mail
from frontdesk.ports.mailbox import Arrived, Bounce, Returned
from frontdesk.reception.arriving import AGAIN_AFTER, NOT_DELIVERED, mail_came
from frontdesk.reception.taking_over import take_over, write
from frontdesk.storage import conversations, outbox, tasks
from frontdesk.storage.contact_points import returns_mail
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.json_values import from_json

clinic = test_recovery.clinic
MARIA, STRANGER = "maria@example.com", "sam@elsewhere.example"


class Post:
    """A patient's mailbox, and what is written in it."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic

    async def booked(self) -> Mail:
        """The confirmation that Maria got."""
        assert "You're booked!" in await self.clinic.says(*BEFORE_THE_YES, "yes")
        [mail] = await self.fetch()
        return mail

    async def fetch(self, conversation: Conversation | None = None) -> list[Mail]:
        """What has come since the last time."""
        new = []
        thread = conversation or await self.thread()
        async with self.clinic.desk.storage.practice(PRACTICE.id) as db:
            while (out := await outbox.first_due(db, thread.id, now=self.clinic.clock.shows)) is not None:
                if out.channel is ChannelKind.EMAIL:
                    mail = from_json(out.payload, Mail)
                    new.append(mail)
                    await outbox.mark_sent(db, out.id, receipt=message_id(mail), now=NOW)
                else:
                    await outbox.mark_sent(db, out.id, receipt="text", now=NOW)
        return new

    async def thread(self, channel: ChannelKind = ChannelKind.SMS, address: str = PATIENT) -> Conversation:
        async with self.clinic.desk.storage.practice(PRACTICE.id) as db:
            found = await conversations.find_open(db, channel, address)
        assert found is not None
        return found

    async def comes(
        self,
        text: str = "",
        *,
        sender: str = MARIA,
        answers: tuple[str, ...] = (),
        id: str = "",
        automatic: bool = False,
        returned: Returned | None = None,
    ) -> None:
        mail = Arrived(
            message_id=id or f"<{uuid4()}@mail.example.com>",
            sender=sender,
            text=text,
            answers=answers,
            automatic=automatic,
            returned=(returned,) if returned else (),
        )
        await mail_came(self.clinic.desk.storage, PRACTICE.id, mail, uuid4, now=self.clinic.clock.shows)

    async def said(self, conversation: Conversation | None = None) -> list[Message]:
        thread = conversation or await self.thread()
        async with self.clinic.desk.storage.practice(PRACTICE.id) as db:
            return await conversations.messages(db, thread.id)

    async def answer(self) -> None:
        await self.clinic.reception.answer(PRACTICE.id, (await self.thread()).id)

    async def reasons(self) -> list[str]:
        async with self.clinic.desk.storage.practice(PRACTICE.id) as db:
            return [task.reason for task in await tasks.open_tasks(db)]


@pytest.fixture
def post(clinic: Clinic) -> Post:
    return Post(clinic)


async def test_a_reply_comes_into_its_conversation_and_is_answered_by_mail(clinic: Clinic, post: Post) -> None:
    confirmation = await post.booked()
    id = "<reply-1@mail.example.com>"

    await post.comes("Please cancel my appointment", answers=("<other@x>", message_id(confirmation)), id=id)
    await post.answer()
    [asked] = await post.fetch()
    await post.comes("yes", answers=(message_id(asked),))
    await post.answer()

    assert (asked.to, asked.answers, asked.subject) == (MARIA, id, "Your message to Test Clinic")
    assert await clinic.visits() == []
    sent = await post.fetch()
    assert [mail.method for mail in sent if mail.invitation] == ["CANCEL"]
    assert "is cancelled" in next(mail.body for mail in sent if mail.answers)
    assert [one.text for one in await post.said()][-4] == "Please cancel my appointment"


async def test_the_same_mail_twice_is_one(post: Post) -> None:
    confirmation = await post.booked()
    for _ in range(3):
        await post.comes("See you", answers=(message_id(confirmation),), id="<same@mail.example.com>")

    assert [one.text for one in await post.said() if one.author is Author.PATIENT].count("See you") == 1


async def test_a_reply_from_another_address_than_got_the_mail_is_a_strangers(clinic: Clinic, post: Post) -> None:
    confirmation = await post.booked()
    before = await post.said()

    await post.comes("Cancel it. yes", sender=STRANGER, answers=(message_id(confirmation),))

    theirs = await post.thread(ChannelKind.EMAIL, STRANGER)
    await clinic.reception.answer(PRACTICE.id, theirs.id)
    assert await post.said() == before
    assert [one.author for one in await post.said(theirs)] == [Author.PATIENT]
    assert await clinic.visits() == [Status.BOOKED]
    assert Reason.MAIL_OF_A_STRANGER in await post.reasons()


async def test_a_senders_address_alone_moves_nothing_and_is_put_before_people(clinic: Clinic, post: Post) -> None:
    await post.booked()

    await post.comes("Cancel my appointment")
    await post.answer()

    assert (await post.said())[-1].text == "Cancel my appointment"
    assert await post.fetch() == []
    assert await clinic.visits() == [Status.BOOKED]
    assert Reason.MAIL_BY_ADDRESS in await post.reasons()


async def test_a_person_answers_a_stranger_by_mail_and_nobody_else_does(clinic: Clinic, post: Post) -> None:
    await post.comes("Is Maria Gonzalez a patient of yours?", sender=STRANGER, id="<q@elsewhere.example>")
    theirs = await post.thread(ChannelKind.EMAIL, STRANGER)
    await clinic.reception.answer(PRACTICE.id, theirs.id)
    before = await post.fetch(theirs)
    storage = clinic.desk.storage
    await take_over(storage, PRACTICE, theirs.id, now=NOW)
    await write(storage, PRACTICE, theirs.id, "We cannot say.", message=uuid4(), now=NOW)

    [mail] = await post.fetch(theirs)
    assert before == []
    assert (mail.to, mail.answers, mail.body) == (STRANGER, "<q@elsewhere.example>", "We cannot say.\n")


async def test_what_wrote_itself_is_left_lying(post: Post) -> None:
    confirmation = await post.booked()
    before = await post.said()

    await post.comes("I am away until June 3", answers=(message_id(confirmation),), automatic=True)

    assert await post.said() == before
    assert await post.reasons() == []


async def test_a_bounce_for_good_marks_the_address_and_tells_people_once(clinic: Clinic, post: Post) -> None:
    confirmation = await post.booked()
    gone = Returned(message_id=message_id(confirmation), why=Bounce.ADDRESS, code="5.1.1")
    for _ in range(2):
        await post.comes(sender="mailer-daemon@mx.example.com", automatic=True, returned=gone)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        assert await returns_mail(db, MARIA)
        assert not await returns_mail(db, STRANGER)
    assert (await post.reasons()).count(Reason.MAIL_RETURNED) == 1
    assert await post.fetch() == []


async def test_a_bounce_for_now_sends_the_same_mail_again_and_not_for_ever(clinic: Clinic, post: Post) -> None:
    mail = await post.booked()
    later = Returned(message_id=message_id(mail), why=Bounce.LATER, code="4.4.7")
    sent = [mail]
    for _ in range(9):
        await post.comes(sender="mailer-daemon@mx.example.com", automatic=True, returned=later)
        assert await post.fetch() == []  # not before its time
        clinic.clock.shows += AGAIN_AFTER + timedelta(minutes=1)
        sent += await post.fetch()

    assert sent == [mail] * 4
    assert await post.reasons() == [NOT_DELIVERED]


async def test_a_mail_that_was_not_wanted_there_says_nothing_of_the_address(clinic: Clinic, post: Post) -> None:
    mail = await post.booked()
    await post.comes(returned=Returned(message_id=message_id(mail), why=Bounce.OTHER, code="5.7.26"), automatic=True)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        assert not await returns_mail(db, MARIA)
    assert await post.reasons() == [Reason.MAIL_NOT_WANTED]


@pytest.mark.parametrize("id", [None, "<confirmation-unknown-0@clinic.example.com>"])
async def test_a_report_of_no_mail_of_ours_changes_nothing(clinic: Clinic, post: Post, id: str | None) -> None:
    await post.booked()
    await post.comes(returned=Returned(message_id=id, why=Bounce.ADDRESS, code="5.1.1"), automatic=True)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        assert not await returns_mail(db, MARIA)
    assert await post.reasons() == []


async def test_an_address_is_good_again_once_somebody_writes_from_it(clinic: Clinic, post: Post) -> None:
    mail = await post.booked()
    await post.comes(returned=Returned(message_id=message_id(mail), why=Bounce.ADDRESS, code="5.1.1"), automatic=True)
    await post.comes("It works again", answers=(message_id(mail),))

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        assert not await returns_mail(db, MARIA)


@pytest.mark.parametrize(("words", "urgent"), [("I have chest pain and cannot breathe", True), ("Do you park?", False)])
async def test_an_emergency_that_nobody_but_people_hears_is_urgent(
    clinic: Clinic, post: Post, words: str, *, urgent: bool
) -> None:
    await post.comes(words, sender=STRANGER)

    async with clinic.desk.storage.practice(PRACTICE.id) as db:
        assert [task.urgent for task in await tasks.open_tasks(db)] == [urgent]


async def test_a_reply_without_words_is_put_before_people(clinic: Clinic, post: Post) -> None:
    mail = await post.booked()
    await post.comes("", answers=(message_id(mail),))
    await post.answer()

    assert await post.fetch() == []
    assert await post.reasons() == [Reason.MESSAGE]
