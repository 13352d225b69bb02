"""What is known of numbers: marked, cleared, looked up once, and forgotten with the person."""

from uuid import uuid4

from tests.clinic import NOW, a_practice

from frontdesk.dialogue.state import State
from frontdesk.domain.delivery import Delivery, Line, Trouble
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.ports.channel import Text
from frontdesk.storage import conversations, outbox
from frontdesk.storage.contact_points import ContactPoint, clear_trouble, contact_point, keep_line, mark_trouble
from frontdesk.storage.database import Storage
from frontdesk.storage.deliveries import Became, advance, became_of, known_receipts
from frontdesk.storage.forget import forget_person
from frontdesk.storage.patient_file import Person
from frontdesk.storage.practices import apply_practice

PHONE, OTHER = "+15125550147", "+15125550148"
PRACTICE = a_practice()


async def test_a_trouble_is_kept_for_its_number_alone_and_cleared(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)

    async with storage.practice(PRACTICE.id) as db:
        await mark_trouble(db, PHONE, Trouble.LANDLINE, code="30006", now=NOW)
        await keep_line(db, PHONE, Line.LANDLINE, now=NOW)
        marked, other = await contact_point(db, PHONE), await contact_point(db, OTHER)
        await clear_trouble(db, PHONE)
        cleared = await contact_point(db, PHONE)

    assert marked == ContactPoint(trouble=Trouble.LANDLINE, line=Line.LANDLINE, looked_up=NOW)
    assert other == ContactPoint()
    assert cleared == ContactPoint(line=Line.LANDLINE, looked_up=NOW)


async def test_the_number_itself_stands_nowhere(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)

    async with storage.practice(PRACTICE.id) as db:
        await mark_trouble(db, PHONE, Trouble.UNKNOWN, code="30005", now=NOW)
        [row] = await db.all("select * from contact_point where practice_id = %s", (db.practice,))

    assert PHONE[1:].encode() not in b"".join(str(value).encode() for value in row.values())


async def test_a_person_who_is_forgotten_takes_it_with_them(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    async with storage.practice(PRACTICE.id) as db:
        thread = await conversations.open_conversation(
            db, ChannelKind.SMS, PHONE, id=ConversationId(uuid4()), state=State(), now=NOW
        )
        await mark_trouble(db, PHONE, Trouble.UNKNOWN, code="30005", now=NOW)
        person = Person(patient=None, conversations=(thread,), addresses=((ChannelKind.SMS, PHONE),))

        destroyed = await forget_person(db, person)
        left = await db.all("select from contact_point where practice_id = %s", (db.practice,))

    assert destroyed["what was known of numbers"] == 1
    assert left == []


async def test_a_text_from_the_number_ends_its_trouble(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    async with storage.practice(PRACTICE.id) as db:
        await mark_trouble(db, PHONE, Trouble.LANDLINE, code="30006", now=NOW)
        thread = await conversations.open_conversation(
            db, ChannelKind.SMS, PHONE, id=ConversationId(uuid4()), state=State(), now=NOW
        )
        for author, expected in ((Author.ASSISTANT, Trouble.LANDLINE), (Author.PATIENT, None)):
            later = NOW.replace(minute=59)
            id = MessageId(uuid4())
            await conversations.add_message(db, thread, id=id, author=author, text="hi", now=later)

            assert (await contact_point(db, PHONE)).trouble is expected


async def test_what_became_of_a_text_never_goes_back_and_goes_with_the_text(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)
    async with storage.practice(PRACTICE.id) as db:
        thread = await conversations.open_conversation(
            db, ChannelKind.SMS, PHONE, id=ConversationId(uuid4()), state=State(), now=NOW
        )
        id = uuid4()
        text = Text(key=str(id), sender=PRACTICE.locations[0].phone, to=PHONE, body="See you!")
        await outbox.put_text(db, thread, id, text, now=NOW)
        await outbox.mark_sent(db, id, receipt="SM1", now=NOW)

        news = [
            await advance(db, Became(out=id, carrier="twilio", became=became), now=NOW)
            for became in (Delivery.SENT, Delivery.SENT, Delivery.DELIVERED, Delivery.UNDELIVERED)
        ]
        told = await became_of(db, id)
        known = await known_receipts(db, ["SM1", "SM2"])
        await db.run("delete from outbox where practice_id = %s and id = %s", (db.practice, id))
        gone = await became_of(db, id)

    assert news == [True, False, True, False]
    assert told is not None
    assert told.became is Delivery.DELIVERED
    assert known == {"SM1"}
    assert gone is None
