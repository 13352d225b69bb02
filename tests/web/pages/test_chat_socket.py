"""The line to a conversation, held by a program in place of a browser."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest
from tests.web.conftest import Running
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from frontdesk.web.app import let_go
from frontdesk.web.pages.chat_frames import LONGEST

Frame = dict[str, Any]
NO_WAY: Mapping[str, str] = MappingProxyType({})


class Browser:
    """Reads frames into a thread, as the page's script does."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        self.token = ""
        self.thread: str | None = None
        self.waiting = False
        self.expects: str | None = None
        self.others: int | None = None
        self.messages: list[Frame] = []
        self.answers: list[Frame] = []

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]

    @property
    def authors(self) -> list[str]:
        return [message["author"] for message in self.messages]

    async def say(self, text: str, id: str = "") -> str:
        id = id or str(uuid4())
        await self.line.send(json.dumps({"id": id, "text": text}))
        return id

    async def read_until(self, *, messages: int = 0, answers: int = 0) -> None:
        async with asyncio.timeout(10):
            while len(self.messages) < messages or len(self.answers) < answers:
                await self.read()

    async def read(self) -> None:
        frame = json.loads(await self.line.recv())
        if "token" in frame:
            self.token, self.thread, self.waiting = frame["token"], frame["thread"], frame["waiting"]
            self.expects, self.others = frame["expects"], frame["others"]
            self.messages += frame["messages"]
        else:
            self.answers.append(frame)


@asynccontextmanager
async def browser(
    running: Running,
    *,
    token: str | None = None,
    thread: str | None = None,
    after: int = 0,
    way: Mapping[str, str] = NO_WAY,
) -> AsyncIterator[Browser]:
    async with connect(running.socket_url) as line:
        await line.send(json.dumps({"token": token, "thread": thread, "after": after, **way}))
        opened = Browser(line)
        await opened.read()
        yield opened


async def test_a_message_is_stored_and_answered_over_the_same_line(running: Running) -> None:
    async with browser(running) as patient:
        id = await patient.say("Hi, I'd like to book a Botox consultation")
        await patient.read_until(messages=2, answers=1)

    assert patient.answers == [{"stored": id, "seq": 1}]
    assert patient.authors == ["patient", "assistant"]
    assert "automated assistant" in patient.texts[1]
    assert len(patient.token) == 43


async def test_the_browser_knows_while_an_answer_is_being_written(running: Running) -> None:
    """An answer may be quicker than the news that it is being written: of some, one is not."""
    async with browser(running) as patient:
        waits = [patient.waiting]
        for asked in range(1, 6):
            await patient.say("Where do I park?")
            async with asyncio.timeout(10):
                while len(patient.messages) < 2 * asked or patient.waiting:
                    await patient.read()
                    waits.append(patient.waiting)
            if True in waits:
                break

    assert (waits[0], True in waits, waits[-1]) == (False, True, False)


async def test_whoever_comes_back_gets_what_they_missed_and_nothing_twice(running: Running) -> None:
    async with browser(running) as before:
        await before.say("Where do I park?")
        await before.read_until(messages=2)

    async with browser(running, token=before.token, thread=before.thread, after=1) as back:
        assert [message["seq"] for message in back.messages] == [2]
    async with browser(running, token=before.token) as anew:
        assert anew.texts == before.texts
    async with browser(running, token=before.token, thread=before.thread, after=2) as current:
        assert current.messages == []


async def test_a_message_that_is_sent_again_is_stored_once(running: Running) -> None:
    async with browser(running) as first:
        id = await first.say("Where do I park?")
        await first.read_until(messages=2, answers=1)

    async with browser(running, token=first.token) as again:
        await again.say("Where do I park?", id)
        await again.read_until(answers=1)

    assert again.answers == [{"stored": id, "seq": None}]
    assert again.authors == ["patient", "assistant"]


async def test_two_windows_of_one_patient_show_the_same(running: Running) -> None:
    async with browser(running) as one:
        await one.say("Where do I park?")
        await one.read_until(messages=2)
        async with browser(running, token=one.token) as two:
            await two.say("Thank you")
            await one.read_until(messages=3)
            await two.read_until(messages=3)

    assert one.texts[:3] == two.texts[:3]


async def test_a_strangers_token_opens_nothing(running: Running) -> None:
    async with browser(running) as patient:
        await patient.say("Where do I park?")
        await patient.read_until(messages=2)

        async with browser(running, token="x" * 43) as stranger:
            assert (stranger.messages, stranger.thread) == ([], None)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (LONGEST + 1)])
async def test_a_message_that_is_too_long_or_says_nothing_is_refused_and_not_stored(
    running: Running, text: str
) -> None:
    async with browser(running) as patient:
        id = await patient.say(text)
        await patient.read_until(answers=1)

        assert patient.answers == [{"refused": id, "why": "too_long"}]
        assert patient.thread is None


async def test_whoever_writes_too_fast_is_told_so_and_nothing_of_it_is_stored(running: Running) -> None:
    async with browser(running) as patient:
        for number in range(12):
            await patient.say(f"message {number}")
        await patient.read_until(answers=12)

    stored = [answer for answer in patient.answers if "stored" in answer]
    refused = [answer for answer in patient.answers if answer.get("why") == "too_fast"]
    assert len(stored) + len(refused) == 12
    assert 8 <= len(stored) <= 10
    assert len([author for author in patient.authors if author == "patient"]) <= len(stored)


async def test_a_ping_is_answered(running: Running) -> None:
    async with browser(running) as patient:
        await patient.line.send('{"ping": true}')
        await patient.read_until(answers=1)

    assert patient.answers == [{"pong": True}]


async def test_a_line_to_no_practice_is_closed_with_its_reason(running: Running) -> None:
    address = running.socket_url.replace("/clinic/", "/nobody/")

    async with connect(address) as line:
        with pytest.raises(ConnectionClosed) as closed:
            await line.recv()

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4404


@pytest.mark.parametrize("frame", ["nonsense", b"\x00\x01", "x" * 30_000])
async def test_a_line_that_carries_nonsense_is_closed(running: Running, frame: str | bytes) -> None:
    async with connect(running.socket_url) as line:
        await line.send(frame)
        with pytest.raises(ConnectionClosed) as closed:
            await line.recv()

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4400


async def test_a_page_of_somebody_else_cannot_open_a_line(running: Running) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(running.socket_url, additional_headers={"Origin": "http://evil.example.com"}):
            pass

    assert refused.value.response.status_code == 403


async def test_a_process_that_stops_lets_its_lines_go_so_that_they_come_back_elsewhere(running: Running) -> None:
    async with browser(running) as patient:
        let_go(running.app)
        with pytest.raises(ConnectionClosed) as closed:
            await patient.line.recv()

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
