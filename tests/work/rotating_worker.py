"""A worker that rotates keys in very small steps, until it is killed. Run as a process of its own by test_rotate.py.

Arguments: database url, home.
"""

import asyncio
import sys
from pathlib import Path

from frontdesk.settings import Settings
from frontdesk.storage import stale
from frontdesk.storage.installation import enter
from frontdesk.wiring import Ready, open_frontdesk
from frontdesk.work.worker import work


async def main(url: str, home: str) -> None:
    stale.BATCH = 5
    database = Ready(url=url, entered=enter(url))
    async with open_frontdesk(Settings(home=Path(home)), database) as desk:
        await work(desk, asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
