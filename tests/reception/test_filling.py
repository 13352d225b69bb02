"""Times that open up reach those who wait: one by one, kept for an answer, and booked by a yes."""

import json
from datetime import UTC, datetime, timedelta

from tests.conversations.test_conversations import PATIENT, front_desk_books, say

from frontdesk.domain.appointment import Cancellation
from frontdesk.domain.message import ChannelKind
from frontdesk.reception.chat_access import Came, Inside, let_in
from frontdesk.reception.filling import Filling
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import conversations
from frontdesk.storage.chat_links import LinkOver
from frontdesk.storage.database import place
from frontdesk.storage.outbox import next_due
from frontdesk.storage.visits import By, cancel_appointment
from frontdesk.wiring import Frontdesk

THURSDAY = "2026-05-28 18:00"
AT = datetime(2026, 5, 28, 23, tzinfo=UTC)


class Later:
    """The desk's clock, so many hours on."""

    def __init__(self, desk: Frontdesk, hours: int) -> None:
        self._desk = desk
        self._ahead = timedelta(hours=hours)

    def now(self) -> datetime:
        return self._desk.clock.now() + self._ahead


def filling(desk: Frontdesk, *, hours: int) -> Filling:
    public_url = desk.settings.public_url
    return Filling(
        desk.storage, desk.practices, Later(desk, hours), desk.system_of, public_url=public_url, book=desk.book
    )


MORNING = 12
"""Hours from the evening of these tests to the next morning."""


async def wait_for_thursday(desk: Frontdesk) -> None:
    """Everybody is taken on Thursday at six, and she waits for that time."""
    await front_desk_books(desk, await desk.practice(SMILE_ID), THURSDAY)
    await say(desk, "Botox consultation on May 28 at 6pm please, I'm new")
    await say(desk, "put me on the waitlist")
    _, reply = await say(desk, "Maria Gonzalez, this number is fine")
    assert "on our waitlist" in reply


async def somebody_cancels(desk: Frontdesk) -> None:
    """The consultation that the front desk booked last: what it took is enough for another."""
    async with desk.storage.practice(SMILE_ID) as db:
        visit = await db.one(
            "select id from appointment where status = 'booked' and starts_at = %s order by created_at desc limit 1",
            (AT,),
        )
        assert visit is not None
        reason = Cancellation.PATIENT
        await cancel_appointment(db, visit["id"], reason=reason, by=By.STAFF, now=desk.clock.now())


async def somebody_waits_in_the_chat(desk: Frontdesk) -> None:
    """The same in the web chat, by somebody who has left an e-mail address before."""
    await front_desk_books(desk, await desk.practice(SMILE_ID), THURSDAY)
    for words in ("Botox consultation on May 28 at 6pm please, I'm new", "put me on the waitlist"):
        await say(desk, words, ChannelKind.WEBCHAT)
    _, reply = await say(desk, "Maria Gonzalez, 512 555 0147", ChannelKind.WEBCHAT)
    assert "on our waitlist" in reply
    async with desk.storage.practice(SMILE_ID) as db:
        row = await db.one("select patient_id from waiting", ())
        assert row is not None
        key = await db.subject(row["patient_id"])
        email = key.seal("maria@example.com", place=place("patient", row["patient_id"], "email"))
        await db.run("update patient set email_sealed = %s where id = %s", (email, row["patient_id"]))


async def last_text(desk: Frontdesk) -> str:
    async with desk.storage.practice(SMILE_ID) as db:
        row = await db.one("select id from conversation", ())
        assert row is not None
        return (await conversations.messages(db, row["id"]))[-1].text


async def still_waiting(desk: Frontdesk) -> int:
    async with desk.storage.practice(SMILE_ID) as db:
        row = await db.one("select count(*) as many from waiting where left_at is null", ())
    assert row is not None
    return int(row["many"])


async def test_a_time_that_opens_up_is_offered_once_and_booked_by_a_yes(smile: Frontdesk) -> None:
    await wait_for_thursday(smile)
    before = await filling(smile, hours=MORNING).fill(SMILE_ID)
    await somebody_cancels(smile)

    offers = [await filling(smile, hours=MORNING + 1).fill(SMILE_ID) for _ in range(2)]
    last = await last_text(smile)
    _, reply = await say(smile, "yes please")

    assert (before, offers) == (0, [1, 0])
    assert "Botox consultation on Thursday, May 28 at 6:00 PM" in last
    assert "You're booked! Botox consultation on Thursday, May 28 at 6:00 PM" in reply
    assert await still_waiting(smile) == 0


async def test_a_texted_offer_has_a_link_that_opens_from_the_offer_on_while_it_is_kept(smile: Frontdesk) -> None:
    await wait_for_thursday(smile)
    await somebody_cancels(smile)
    practice = await smile.practice(SMILE_ID)
    await filling(smile, hours=MORNING).fill(SMILE_ID)
    now = Later(smile, MORNING).now()
    offer = await last_text(smile)
    link = offer.rpartition("/book/")[2]

    came = [
        await let_in(smile.storage, practice, Came(token="t" * 43, link=link, fresh=fresh * 43), now=at)
        for fresh, at in (("a", now), ("b", now), ("c", now + timedelta(hours=2)))
    ]
    later = await let_in(smile.storage, practice, Came(token="a" * 43), now=now + timedelta(hours=20))
    too_late = await let_in(smile.storage, practice, Came(token="a" * 43), now=now + timedelta(hours=26))
    async with smile.storage.practice(SMILE_ID) as db:
        row = await db.one("select id from conversation", ())
        assert row is not None
        shown = await conversations.messages(db, row["id"], after=7 - 1)

    assert "\nOr answer here: http" in offer
    assert [type(one) for one in came] == [Inside, Inside, LinkOver]
    assert came[0] == Inside(
        token="a" * 43,
        channel=ChannelKind.SMS,
        address=PATIENT,
        from_seq=7,
        link=came[0].link,  # type: ignore[union-attr]
    )
    assert [one.text for one in shown] == [offer]
    assert (type(later), type(too_late)) == (Inside, LinkOver)


async def test_who_waits_in_the_chat_is_told_by_mail_with_the_same_kind_of_link(smile: Frontdesk) -> None:
    await somebody_waits_in_the_chat(smile)
    await somebody_cancels(smile)

    offers = await filling(smile, hours=MORNING).fill(SMILE_ID)
    async with smile.storage.practice(SMILE_ID) as db:
        row = await db.one("select conversation_id from outbox where channel = 'email'", ())
        assert row is not None
        out = await next_due(db, row["conversation_id"], ChannelKind.EMAIL, now=Later(smile, MORNING).now())
    assert out is not None
    mail = json.loads(out.payload)
    link = mail["body"].partition("/book/")[2].split()[0]
    came = Came(token="t" * 43, link=link, fresh="f" * 43)
    inside = await let_in(smile.storage, await smile.practice(SMILE_ID), came, now=Later(smile, MORNING).now())

    assert offers == 1
    assert isinstance(inside, Inside)
    assert (inside.channel, inside.address) == (ChannelKind.WEBCHAT, "a browser's token")
    assert (mail["to"], mail["subject"]) == ("maria@example.com", "A time has opened up at Smile Aesthetics")
    assert "When: Thursday, May 28 at 6:00 PM" in mail["body"]
    assert "/book/" in mail["body"]
    assert "Botox" not in mail["body"]
    assert "/book/" not in await last_text(smile)


async def test_who_does_not_want_it_stays_on_the_list_and_is_not_asked_again(smile: Frontdesk) -> None:
    await wait_for_thursday(smile)
    await somebody_cancels(smile)
    await filling(smile, hours=MORNING).fill(SMILE_ID)

    _, reply = await say(smile, "no thanks")
    again = await filling(smile, hours=MORNING + 3).fill(SMILE_ID)

    assert "stay on our waitlist" in reply
    assert again == 0
    assert await still_waiting(smile) == 1


async def test_nobody_is_woken_at_night(smile: Frontdesk) -> None:
    await wait_for_thursday(smile)
    await somebody_cancels(smile)

    assert await filling(smile, hours=1).fill(SMILE_ID) == 0
