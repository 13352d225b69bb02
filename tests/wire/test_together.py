"""Questions side by side: the answers in order, or the first fault."""

import asyncio

import pytest

from frontdesk.ports.faults import NotPermitted, Unreachable
from frontdesk.wire.together import together


async def says(word: str, *, after: float = 0) -> str:
    await asyncio.sleep(after)
    return word


async def fails(fault: Exception, *, after: float = 0) -> str:
    await asyncio.sleep(after)
    raise fault


async def test_answers_come_in_the_order_of_the_questions() -> None:
    assert await together(says("slow", after=0.02), says("quick")) == ["slow", "quick"]
    assert await together() == []


async def test_the_first_fault_ends_the_others_and_is_raised_itself() -> None:
    ended: list[str] = []

    async def patient() -> str:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("ended")
        return "never"

    with pytest.raises(NotPermitted, match="the key"):
        await together(patient(), fails(NotPermitted("the key"), after=0.01))

    assert ended == ["ended"]


async def test_a_fault_goes_before_an_error_of_ours_and_an_error_is_not_hidden() -> None:
    with pytest.raises(Unreachable):
        await together(fails(KeyError("ours")), fails(Unreachable("theirs")))
    with pytest.raises(KeyError):
        await together(fails(KeyError("ours")))
