"""A desk that is killed with SIGKILL at one point of its work. Run as a process of its own by test_crash.py.

Arguments: database url, home, "before" or "after", the calendar's method at which it dies, the message.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.clinic import a_practice

from frontdesk.domain.message import ChannelKind
from frontdesk.language.model.engine import Engine
from frontdesk.language.understanding import understand
from frontdesk.ports.system import System
from frontdesk.reception.desk import Reception
from frontdesk.settings import Settings
from frontdesk.storage.clock import new_id
from frontdesk.storage.installation import enter
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk

PATIENT = "+15125550147"


class Deadly:
    """A system of record in front of which, or behind which, the process dies."""

    def __init__(self, system: System, moment: str, method: str) -> None:
        self._system = system
        self._moment = moment
        self._method = method

    def __getattr__(self, name: str) -> object:
        method = getattr(self._system, name)
        if name != self._method:
            return method

        async def dying(*arguments: object, **named: object) -> object:
            if self._moment == "after":
                await method(*arguments, **named)
            os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError("SIGKILL was survived")

        return dying


async def say(desk: Frontdesk, text: str, *, moment: str, method: str) -> None:
    practice = a_practice()
    reception = Reception(
        desk.storage,
        desk.practices,
        desk.clock,
        new_id,
        lambda of: Deadly(desk.system_of(of), moment, method),  # type: ignore[arg-type,return-value]
        understand=Engine(understand).understand,
        public_url="http://localhost:8000",
    )
    received = await reception.receive(practice.id, ChannelKind.SMS, PATIENT, text, provider_id="carrier-1")
    await reception.answer(practice.id, received.conversation)


async def main(url: str, home: str, moment: str, method: str, text: str) -> None:
    database = Ready(url=url, entered=enter(url))
    async with open_frontdesk(Settings(home=Path(home)), database) as desk:
        await say(desk, text, moment=moment, method=method)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
