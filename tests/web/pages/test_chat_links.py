"""A conversation goes on in another browser by link: once, within the hour, and until the first one ends it."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from tests.web.conftest import Running
from tests.web.pages.test_chat_socket import NO_WAY, Browser, browser
from websockets.exceptions import ConnectionClosed

from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.reception.chat_access import OFFER, SERVICE, allow_offer, offer_link, service_number
from frontdesk.reception.links import sign_link
from frontdesk.storage.conversations import find_standing
from frontdesk.web.pages.chat_socket import LINK_OVER


def by(link: str, fresh: str = "s") -> dict[str, str]:
    """How a browser says which link it came by, and what it wants to be known by."""
    return {"link": link, "fresh": fresh * 43}


async def link_from(patient: Browser) -> str:
    """The signed part of a link that this browser asks for."""
    before = len(patient.answers)
    await patient.line.send('{"link": true}')
    await patient.read_until(answers=before + 1)
    return str(patient.answers[-1]["link"]).rpartition("/on/")[2]


async def shut_out(running: Running, *, token: str | None = None, way: Mapping[str, str] = NO_WAY) -> int:
    """How the line of a browser ends that is not let in."""
    with pytest.raises(ConnectionClosed) as closed:
        async with browser(running, token=token, way=way):
            pass
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def test_a_second_browser_goes_on_where_the_first_is_and_both_hear_everything(running: Running) -> None:
    async with AsyncExitStack() as lines:
        first = await lines.enter_async_context(browser(running))
        await first.say("Where do I park?")
        await first.read_until(messages=2, answers=1)
        link = await link_from(first)
        second = await lines.enter_async_context(browser(running, way=by(link)))
        await second.say("Thank you")
        await second.read_until(messages=3)
        await first.read_until(messages=3)

    assert (second.token, second.thread) == ("s" * 43, first.thread)
    assert first.texts[:3] == second.texts[:3] == ["Where do I park?", first.texts[1], "Thank you"]
    assert (first.others, second.others) == (1, None)  # the second has no say over the others


async def test_a_link_lets_in_one_browser_which_may_come_back(running: Running) -> None:
    async with browser(running) as first:
        await first.say("Where do I park?")
        await first.read_until(messages=2, answers=1)
        link = await link_from(first)

        for _ in range(2):
            async with browser(running, way=by(link)) as second:
                assert second.thread == first.thread
        async with browser(running, token="s" * 43) as back:
            assert back.thread == first.thread
        code = await shut_out(running, way=by(link, "z"))

    assert code == LINK_OVER


async def test_the_browser_that_made_a_link_keeps_its_own_place_when_it_opens_it(running: Running) -> None:
    async with browser(running) as first:
        await first.say("Where do I park?")
        await first.read_until(messages=2, answers=1)
        link = await link_from(first)

        async with browser(running, token=first.token, way=by(link)) as again:
            assert (again.token, again.others) == (first.token, 0)


async def test_browsers_that_came_by_a_link_are_out_at_once_when_the_first_says_so(running: Running) -> None:
    async with browser(running) as first:
        await first.say("Where do I park?")
        await first.read_until(messages=2, answers=1)
        link, unused = await link_from(first), await link_from(first)
        async with browser(running, way=by(link)) as second:
            await first.line.send('{"cut": true}')
            with pytest.raises(ConnectionClosed) as closed:
                await second.read_until(messages=99)
        codes = [await shut_out(running, token="s" * 43), await shut_out(running, way=by(unused, "z"))]

    assert closed.value.rcvd is not None
    assert [closed.value.rcvd.code, *codes] == [LINK_OVER] * 3


async def test_a_browser_that_came_by_a_link_makes_none_and_ends_none(running: Running) -> None:
    async with browser(running) as first:
        await first.say("Where do I park?")
        await first.read_until(messages=2, answers=1)
        async with browser(running, way=by(await link_from(first))) as second:
            for frame in ('{"link": true}', '{"cut": true}', '{"ping": true}'):
                await second.line.send(frame)
            await second.read_until(answers=1)

            assert second.answers == [{"pong": True}]


async def test_a_link_is_told_to_wait_for_once_many_were_made(running: Running) -> None:
    async with browser(running) as first:
        await first.say("Where do I park?")
        await first.read_until(messages=2, answers=1)

        links = [await link_from(first) for _ in range(7)]

    assert [bool(link) for link in links] == [True] * 5 + [False] * 2


@pytest.mark.parametrize("link", ["x", "A" * 70, "-" * 70, "é" * 70])
async def test_a_link_that_is_none_of_ours_opens_nothing(running: Running, link: str) -> None:
    assert await shut_out(running, way=by(link)) == LINK_OVER


async def test_an_offer_by_text_is_opened_from_the_offer_on_and_a_tap_answers_it(running: Running) -> None:
    desk, practice, phone = running.desk, running.practice, "+15125550147"
    for text in ("is anybody there", "Where do I park?"):
        await desk.reception.receive(practice.id, ChannelKind.SMS, phone, text, provider_id=f"local:{uuid4()}")
    async with desk.storage.practice(practice.id) as db:
        standing = await find_standing(db, ChannelKind.SMS, phone)
        assert standing is not None
        await desk.reception.answer(practice.id, standing.id)
        last = await find_standing(db, ChannelKind.SMS, phone)
        assert last is not None
    link = await offered(running, standing.id, from_seq=last.last_seq)

    async with browser(running, way=by(link)) as opened:
        shown = list(opened.messages)
        await opened.say(shown[0]["buttons"][1])
        await opened.read_until(answers=1)
        async with desk.storage.practice(practice.id) as db:
            after = await find_standing(db, ChannelKind.SMS, phone)

    assert [one["seq"] for one in shown] == [last.last_seq]  # nothing that was said before
    assert shown[0]["buttons"] == ["Yes, book it", "No, thanks"]
    assert after is not None
    assert after.last_seq > last.last_seq


async def offered(running: Running, conversation: ConversationId, *, from_seq: int) -> str:
    """The signed part of a link to a time that is offered there."""
    now, id = running.desk.clock.now(), uuid4()
    until = now + timedelta(hours=1)
    async with running.desk.storage.practice(running.practice.id) as db:
        await allow_offer(db, conversation, id, from_seq=from_seq, until=until, now=now)
        return offer_link(db.keyring, running.practice.id, id, until=until)


async def test_a_booking_link_opens_the_chat_with_the_service_in_the_language_of_the_browser(
    running: Running, web: httpx.AsyncClient
) -> None:
    service = running.practice.services[0]
    expires = running.desk.clock.now() + timedelta(days=1)
    async with running.desk.storage.practice(running.practice.id) as db:
        number = service_number(running.practice, service.id)
        good = sign_link(db.keyring, running.practice.id, number, purpose=SERVICE, expires=expires)
        for_offers = sign_link(db.keyring, running.practice.id, number, purpose=OFFER, expires=expires)
        of_nothing = sign_link(db.keyring, running.practice.id, uuid4(), purpose=SERVICE, expires=expires)
        over = sign_link(db.keyring, running.practice.id, number, purpose=SERVICE, expires=expires - timedelta(days=2))

    shown = await web.get(f"/book/{good}")
    answers = [
        (await web.get(f"/book/{token}")).status_code for token in (for_offers, of_nothing, over, "x", good[:-3])
    ]

    assert shown.status_code == 200
    assert f"I&#39;d like to book {service.name}" in shown.text
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert answers == [200, 410, 410, 404, 404]  # an offer is the socket's to judge


async def test_looking_at_the_page_of_a_link_uses_nothing_up(running: Running, web: httpx.AsyncClient) -> None:
    async with browser(running) as first:
        await first.say("Where do I park?")
        await first.read_until(messages=2, answers=1)
        link = await link_from(first)

        for _ in range(3):
            assert (await web.get(f"/chat/clinic/on/{link}")).status_code == 200
        async with browser(running, way=by(link)) as second:
            assert second.thread == first.thread
