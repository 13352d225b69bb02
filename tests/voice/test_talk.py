"""Who may talk in a chat, and what becomes of a talk that ends; its browser is a program here."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from aiortc import AudioStreamTrack, RTCPeerConnection, RTCSessionDescription
from tests.web.conftest import Running
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import AnswersWhen, Talks
from frontdesk.reception.chat_access import resume_link
from frontdesk.storage.chat_links import revoke_links
from frontdesk.storage.clock import new_id
from frontdesk.storage.conversations import find_standing, messages
from frontdesk.storage.practices import apply_practice
from frontdesk.web.pages import talk
from frontdesk.web.pages.chat_frames import new_token
from frontdesk.web.pages.talk import LONGEST_OFFER, MOST_WAYS, NOT_YOURS, UNREADABLE

FROM_HERE: Mapping[str, str] = MappingProxyType({})
AT_ONCE = 5.0


def talk_url(of: Running) -> str:
    return f"{of.socket_url.removesuffix('/socket')}/talk?lang=en"


@asynccontextmanager
async def line(of: Running, token: str, *, headers: Mapping[str, str] = FROM_HERE) -> AsyncIterator[ClientConnection]:
    """The line that a page opens on the click, with what it says first."""
    async with connect(talk_url(of), additional_headers=headers) as opened:
        await opened.send(json.dumps({"token": token, "after": 0}))
        yield opened


async def told(opened: ClientConnection) -> dict[str, Any] | int:
    """The next frame, or what the line was closed with."""
    try:
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(opened.recv(), 30))
        return frame
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else 0


async def test_a_page_of_somebody_else_s_opens_no_line(telephone: Running) -> None:
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        with pytest.raises(InvalidStatus, match="403"):
            async with line(telephone, new_token(), headers=headers):
                pass


async def test_whoever_shows_no_token_of_a_chat_is_refused(telephone: Running) -> None:
    for first in ("{}", "[]", "x", '{"token": null}', '{"token": "short"}', '{"token": 7}'):
        async with connect(talk_url(telephone)) as opened:
            await opened.send(first)

            assert await told(opened) == UNREADABLE


async def test_a_browser_that_was_shut_out_of_the_conversation_cannot_talk_in_it(telephone: Running) -> None:
    desk, fresh = telephone.desk, new_token()
    conversation = await _chat_of(telephone, new_token(), joined_by=fresh)
    async with line(telephone, fresh) as opened:
        inside = await told(opened)
    async with desk.storage.practice(telephone.practice.id) as db:
        await revoke_links(db, conversation, now=desk.clock.now())

    async with line(telephone, fresh) as opened:
        assert await told(opened) == NOT_YOURS
    assert inside == {"servers": []}


async def test_where_the_practice_does_not_want_it_there_is_no_button_and_no_line(telephone: Running) -> None:
    offered = await _page(telephone)
    assert ('id="talk"' in offered.text, "microphone=(self)" in offered.headers["Permissions-Policy"]) == (True, True)

    for unwanted in (
        replace(telephone.practice, talks=Talks.NEVER),
        replace(telephone.practice, coverage={ChannelKind.WEBCHAT: AnswersWhen.DRAFTS}),
    ):
        await apply_practice(telephone.desk.storage, unwanted, [], now=telephone.desk.clock.now())

        async with line(telephone, new_token()) as opened:
            assert await told(opened) == {"refused": "not_offered"}
        page = await _page(telephone)
        assert ('id="talk"' in page.text, "microphone=()" in page.headers["Permissions-Policy"]) == (False, True)


async def test_in_a_language_that_it_does_not_speak_there_is_no_button(telephone: Running) -> None:
    page = await _page(telephone, lang="es")

    assert ('<html lang="es"' in page.text, 'id="talk"' in page.text) == (True, False)


async def test_who_calls_again_and_again_waits(telephone: Running) -> None:
    token = new_token()
    found = []
    for _ in range(talk.CONVERSATION.at_once + 1):
        async with line(telephone, token) as opened:
            found.append(await told(opened))

    assert found == [{"servers": []}] * talk.CONVERSATION.at_once + [{"refused": "too_often"}]


async def test_an_offer_that_is_none_ends_the_line(telephone: Running) -> None:
    many = "v=0\r\n" + "a=candidate:1 1 udp 1 10.0.0.1 1 typ host\r\n" * (MOST_WAYS + 1)
    for offer in ("x", "v=0\r\n", "v=0\r\nm=audio 9 RTP 0\r\n", "a" * (LONGEST_OFFER + 1), many):
        async with line(telephone, new_token()) as opened:
            await told(opened)
            await opened.send(json.dumps({"offer": offer}))

            assert await told(opened) == UNREADABLE


@pytest.mark.parametrize("ends", ["hangs up", "closes the page"])
async def test_a_talk_is_over_as_soon_as_its_browser_is_and_the_chat_goes_on(telephone: Running, ends: str) -> None:
    token = new_token()
    async with line(telephone, token) as opened, _connected(opened) as (peer, marks):
        await asyncio.wait_for(marks.get(), 30)  # something was said to its end
        began = time.monotonic()
        await (peer.close() if ends == "hangs up" else opened.close())
        while talk.talking:  # noqa: ASYNC110  # the server's own, which tells nobody
            await asyncio.sleep(0.05)
        took = time.monotonic() - began

    assert took < AT_ONCE
    desk, practice = telephone.desk, telephone.practice
    received = await desk.reception.receive(
        practice.id, ChannelKind.WEBCHAT, token, "Do you have parking?", provider_id=None
    )
    await desk.reception.answer(practice.id, received.conversation)
    async with desk.storage.practice(practice.id) as db:
        standing = await find_standing(db, ChannelKind.WEBCHAT, token)
        assert standing is not None
        written = [one.text for one in await messages(db, standing.id)]
    assert "artificial intelligence" in written[0]
    assert written[1] == "Do you have parking?"
    assert "automated assistant" not in written[2]  # it has been said who answers


@asynccontextmanager
async def _connected(opened: ClientConnection) -> AsyncIterator[tuple[RTCPeerConnection, asyncio.Queue[str]]]:
    """A browser that is silent, and gives each mark back."""
    peer, marks = RTCPeerConnection(), asyncio.Queue[str]()
    channel = peer.createDataChannel("talk")

    @channel.on("message")
    def heard(message: str) -> None:
        said = json.loads(message)
        if isinstance(said, str):
            channel.send(json.dumps({"type": "mark", "mark": said}))
            marks.put_nowait(said)

    peer.addTrack(AudioStreamTrack())
    await peer.setLocalDescription(await peer.createOffer())
    assert await told(opened) == {"servers": []}
    await opened.send(json.dumps({"offer": peer.localDescription.sdp}))
    answer = await told(opened)
    assert isinstance(answer, dict)
    await peer.setRemoteDescription(RTCSessionDescription(sdp=answer["answer"], type="answer"))
    try:
        yield peer, marks
    finally:
        await peer.close()


async def _chat_of(of: Running, token: str, *, joined_by: str) -> ConversationId:
    """A conversation of `token`'s, which another browser came into by a link."""
    desk, now = of.desk, of.desk.clock.now()
    received = await desk.reception.receive(of.practice.id, ChannelKind.WEBCHAT, token, "Hello", provider_id=None)
    async with desk.storage.practice(of.practice.id) as db:
        link, _ = await resume_link(db, received.conversation, id=new_id(), now=now)
    async with connect(of.socket_url) as chat:
        await chat.send(json.dumps({"token": None, "after": 0, "link": link, "fresh": joined_by}))
        assert json.loads(await chat.recv())["token"] == joined_by
    return received.conversation


async def _page(of: Running, *, lang: str = "en") -> httpx.Response:
    async with httpx.AsyncClient(base_url=of.url) as web:
        return await web.get("/chat/smile", params={"lang": lang})
