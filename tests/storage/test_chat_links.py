"""Links into a conversation, as they are kept: counted, ended, and dropped with the browsers that came by them."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from tests.clinic import NOW

from frontdesk.dialogue.state import State
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.retention import Retention
from frontdesk.sample.practice import SMILE_ID
from frontdesk.storage import retention
from frontdesk.storage.chat_links import ChatLink, LinkOver, Thread, add_link, open_link, revoke_links, thread_of
from frontdesk.storage.conversations import open_conversation
from frontdesk.wiring import Frontdesk

HOUR = timedelta(hours=1)


async def a_link(desk: Frontdesk, *, openings: int = 1) -> ChatLink:
    async with desk.storage.practice(SMILE_ID) as db:
        id = ConversationId(uuid4())
        await open_conversation(db, ChannelKind.WEBCHAT, str(id), id=id, state=State(), now=NOW)
        link = ChatLink(id=uuid4(), conversation=id, expires=NOW + HOUR, stays_until=NOW + 2 * HOUR, openings=openings)
        await add_link(db, link, now=NOW)
    return link


async def test_of_many_browsers_that_come_at_once_no_more_get_in_than_may(smile: Frontdesk) -> None:
    link = await a_link(smile, openings=2)

    async def come(number: int) -> Thread | LinkOver:
        async with smile.storage.practice(SMILE_ID) as db:
            return await open_link(db, link.id, f"browser {number}", now=NOW)

    came = await asyncio.gather(*(come(number) for number in range(8)))

    assert sum(isinstance(one, Thread) for one in came) == 2


async def test_a_browser_stays_after_its_link_opens_no_more_and_not_after_its_time(smile: Frontdesk) -> None:
    link = await a_link(smile, openings=2)
    async with smile.storage.practice(SMILE_ID) as db:
        await open_link(db, link.id, "in time", now=NOW)

        late = await open_link(db, link.id, "too late", now=NOW + HOUR)
        stays = [await thread_of(db, "in time", now=NOW + ahead) for ahead in (HOUR, 2 * HOUR)]
        nobody = await thread_of(db, "who came by no link", now=NOW)

    assert isinstance(late, LinkOver)
    assert [type(one) for one in stays] == [Thread, LinkOver]
    assert nobody is None


async def test_links_that_ended_long_ago_go_with_their_browsers(smile: Frontdesk) -> None:
    ended, revoked, fresh = await a_link(smile), await a_link(smile), await a_link(smile)
    later = NOW + Retention().sent + HOUR
    async with smile.storage.practice(SMILE_ID) as db:
        for link in (ended, revoked):
            await open_link(db, link.id, str(link.id), now=NOW)
        await revoke_links(db, revoked.conversation, now=NOW)
        await db.run("update chat_link set stays_until = %s where id = any(%s)", (later, [revoked.id, fresh.id]))

        removed = await retention.remove_old(db, Retention(), now=later + 2 * HOUR)
        left = await db.all("select id from chat_link", ())
        browsers = await db.all("select * from chat_device", ())

    assert removed["links into conversations"] == 2
    assert [row["id"] for row in left] == [fresh.id]
    assert browsers == []
