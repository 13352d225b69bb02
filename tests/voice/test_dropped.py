"""A call whose line is closed is over at once, whatever is being said on it; what was being done is done."""

import asyncio
import time

import pytest
from tests.voice.conftest import CALLER, a_call
from tests.web.conftest import Running

from frontdesk.domain.message import Author, ChannelKind
from frontdesk.proving.phone.carrying import Dialled, Phone, placed
from frontdesk.storage.conversations import find_standing, messages
from frontdesk.storage.database import Db
from frontdesk.voice.holding import models_of

AT_ONCE = 4.0
"""Seconds, on a machine that has other work: what was left of a greeting took ten, and a call could last for ever."""


async def has_ended(telephone: Running, call: Dialled) -> float:
    """Seconds until the desk has let the call go; its figures are the last that it writes."""
    began = time.monotonic()
    async with asyncio.timeout(30):
        while True:
            async with telephone.desk.storage.practice(telephone.practice.id) as db:
                if await _has_figures(db, call):
                    return time.monotonic() - began
            await asyncio.sleep(0.05)


async def _has_figures(db: Db, call: Dialled) -> bool:
    kept = await db.one(
        "select times is not null as kept from phone_call where practice_id = %s and id = %s", (db.practice, call.call)
    )
    return kept is not None and bool(kept["kept"])


@pytest.mark.parametrize("ends", ["hangs up", "line breaks"])
async def test_a_call_is_over_as_soon_as_its_line_is_closed(telephone: Running, ends: str) -> None:
    await asyncio.to_thread(models_of, telephone.desk.settings)
    call = a_call(telephone)
    async with placed(call) as phone:
        await _greets(phone)
        if ends == "hangs up":
            await phone.hang_up(call.call, call.account)
        else:
            phone.break_off()
        took = await has_ended(telephone, call)

    assert took < AT_ONCE


async def test_what_a_caller_asked_before_the_line_broke_is_answered_all_the_same(telephone: Running) -> None:
    await asyncio.to_thread(models_of, telephone.desk.settings)
    call = a_call(telephone)
    async with placed(call) as phone:
        await _greets(phone)
        await phone.press("7#8#", apart=0)
        while len(await _written(telephone)) < 2:  # noqa: ASYNC110  # it is another process's row in earnest
            await asyncio.sleep(0.01)
        phone.break_off()
        await has_ended(telephone, call)

    written = await _written(telephone)
    assert [text for author, text in written if author is Author.PATIENT] == ["7", "8"]
    assert written[-1][0] is Author.ASSISTANT


async def _written(telephone: Running) -> list[tuple[Author, str]]:
    async with telephone.desk.storage.practice(telephone.practice.id) as db:
        standing = await find_standing(db, ChannelKind.VOICE, CALLER)
        assert standing is not None  # nobody told that the caller is gone: they may come back
        return [(one.author, one.text) for one in await messages(db, standing.id)]


async def _greets(phone: Phone) -> None:
    """Returns in the middle of the greeting."""
    while phone.arrived is None:  # noqa: ASYNC110  # the other side plays it piece by piece
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)
