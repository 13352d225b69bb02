"""Several questions on their way at once."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from frontdesk.ports.faults import Fault

T = TypeVar("T")


async def together(*asked: Coroutine[object, object, T]) -> list[T]:
    """The answers, in the order of the questions. The first fault ends the others and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in asked]
    except ExceptionGroup as several:
        faults = several.subgroup(Fault)
        raise (faults or several).exceptions[0] from None
    return [task.result() for task in tasks]
