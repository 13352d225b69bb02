"""Any application reached in-process or over loopback meets its callers as a real system would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import pytest

from frontdesk.proving.simulator_server import served
from frontdesk.proving.simulator_transport import InProcess, Message

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PATIENCE = httpx.Timeout(5, read=0.1)
"""Seconds."""


class Machine:
    """An application that answers with what it was sent, unless the path asks for trouble."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        path, body = scope["path"], b""
        while True:
            message = await receive()
            body += _bytes(message["body"])
            if not message["more_body"]:
                break
        if path == "/cut":
            raise ConnectionResetError
        if path == "/silent":
            while (await receive())["type"] != "http.disconnect":
                pass
            self.done.append("hung up")
            return
        if path == "/late":
            await asyncio.sleep(0.3)
        self.done.append(str(path))
        answer = b" ".join((str(scope["method"]).encode(), _bytes(scope["query_string"]), body))
        headers = [(b"content-length", str(len(answer)).encode()), (b"x-path", str(path).encode())]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": answer, "more_body": False})


def _bytes(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value


@asynccontextmanager
async def in_process(machine: Machine) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=InProcess(machine), base_url="http://machine", timeout=PATIENCE) as http:
        yield http


@asynccontextmanager
async def over_loopback(machine: Machine) -> AsyncIterator[httpx.AsyncClient]:
    async with served(machine) as address, httpx.AsyncClient(base_url=address, timeout=PATIENCE) as http:
        yield http


Reached = Callable[[Machine], AbstractAsyncContextManager[httpx.AsyncClient]]
both = pytest.mark.parametrize("reached", [in_process, over_loopback])


@both
async def test_a_request_arrives_and_its_answer_comes_back_more_than_once_a_connection(reached: Reached) -> None:
    async with reached(Machine()) as http:
        answers = [await http.put(f"/a%20b?n={count}", content=b"x" * 100_000) for count in range(3)]

    assert [(one.status_code, one.headers["x-path"]) for one in answers] == [(201, "/a b")] * 3
    assert [one.text[:8] for one in answers] == ["PUT n=0 ", "PUT n=1 ", "PUT n=2 "]


@both
async def test_a_broken_connection_gives_no_reply_and_the_next_call_is_answered(reached: Reached) -> None:
    async with reached(Machine()) as http:
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await http.post("/cut", content=b"{}")

        assert (await http.get("/")).status_code == 201


@both
async def test_a_half_open_connection_ends_by_the_callers_patience_alone(reached: Reached) -> None:
    machine = Machine()

    async with reached(machine) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post("/silent", content=b"{}")

        assert (await http.get("/")).status_code == 201
    assert "hung up" in machine.done


@both
async def test_a_late_application_finishes_behind_its_callers_time_out(reached: Reached) -> None:
    machine = Machine()

    async with reached(machine) as http:
        with pytest.raises(httpx.ReadTimeout):
            await http.post("/late", content=b"{}")
        await asyncio.sleep(0.5)

    assert machine.done == ["/late"]
