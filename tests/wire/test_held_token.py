"""One token for all who wait, until it ends or is refused."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from frontdesk.ports.faults import Unreachable
from frontdesk.wire.held_token import EARLY, HeldToken, Token

NOON = datetime(2026, 5, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Hands:
    def __init__(self) -> None:
        self.shows = NOON

    def now(self) -> datetime:
        return self.shows


class Numbered(HeldToken):
    """Gives t1, t2...; slowly, and not at all while `away`."""

    def __init__(self, hands: Hands, *, lasts: timedelta = HOUR) -> None:
        super().__init__(hands)
        self._hands, self._lasts = hands, lasts
        self.count, self.away = 0, False

    async def _asked(self) -> Token:
        self.count += 1
        word, since = f"t{self.count}", self._hands.now()
        await asyncio.sleep(0)
        if self.away:
            raise Unreachable("the door is shut")
        return Token.lasting(word, self._lasts, since=since)


async def test_all_who_wait_get_the_answer_to_one_question() -> None:
    token = Numbered(Hands())

    got = await asyncio.gather(*(token.current() for _ in range(20)))

    assert (set(got), token.count) == ({"t1"}, 1)


async def test_who_gives_up_leaves_the_answer_to_the_others() -> None:
    token = Numbered(Hands())
    hasty, patient = asyncio.create_task(token.current()), asyncio.create_task(token.current())
    await asyncio.sleep(0)
    hasty.cancel()

    assert (await patient, token.count) == ("t1", 1)


async def test_a_token_is_not_borne_up_to_its_end() -> None:
    hands = Hands()
    token = Numbered(hands)
    await token.current()
    hands.shows += HOUR - EARLY - timedelta(seconds=1)
    assert await token.current() == "t1"
    hands.shows += timedelta(seconds=1)

    assert await token.current() == "t2"


async def test_a_short_one_is_borne_for_half_of_its_time() -> None:
    assert Token.lasting("t", timedelta(seconds=30), since=NOON).until == NOON + timedelta(seconds=15)


async def test_one_that_was_refused_is_asked_for_anew_once() -> None:
    token = Numbered(Hands())
    old = await token.current()
    token.refused(old)
    new = await token.current()
    token.refused(old)  # a call that was on its way with the old one

    assert (await token.current(), new) == ("t2", "t2")


async def test_after_a_fault_the_next_call_asks_again() -> None:
    token = Numbered(Hands())
    token.away = True
    with pytest.raises(Unreachable):
        await token.current()
    token.away = False

    assert await token.current() == "t2"
