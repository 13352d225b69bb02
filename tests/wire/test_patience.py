"""A system in the same process is waited for on a busy machine; one that is not is asked no longer than it may take."""

import asyncio

import httpx
import pytest

from frontdesk.ports.budget import Budget
from frontdesk.ports.connecting import StandIn
from frontdesk.ports.faults import Unreachable
from frontdesk.storage.vendor_pace import NoLimit
from frontdesk.wire.client import HttpClient
from frontdesk.wire.request import Does, Request

QUICK = Request(method="GET", path="/visits", does=Does.READS, seconds=0.01)


class Busy(httpx.AsyncBaseTransport):
    """Answers a good deal later than is waited for."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.1)
        return httpx.Response(200, json=[])


async def no_pause(seconds: float) -> None:
    await asyncio.sleep(0)


def a_client(stand_in: StandIn) -> HttpClient:
    budget: Budget = NoLimit()
    return HttpClient("http://localhost:1", system="Testland", budget=budget, stand_in=stand_in)


async def test_an_answer_later_than_the_request_allows_comes_while_the_stand_in_has_patience() -> None:
    client = a_client(StandIn(pause=no_pause, seconds=lambda: 0.0, transport=Busy(), patience=60.0))

    answer = await client.send(QUICK)
    await client.close()

    assert answer.json == []


async def test_without_patience_the_request_says_how_long_is_waited() -> None:
    client = a_client(StandIn(pause=no_pause, seconds=lambda: 0.0, transport=Busy()))

    with pytest.raises(Unreachable):
        await client.send(QUICK)
    await client.close()
