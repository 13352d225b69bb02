"""A real CalDAV server, Radicale, in a process of its own on this machine."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

OWNER, PASSWORD = "okafor", "p@ss/word"
CALENDAR = f"/{OWNER}/visits/"


@dataclass(frozen=True, kw_only=True)
class CalendarServer:
    """Where it is, and a client of its owner."""

    origin: str
    owner: httpx.AsyncClient

    @property
    def link(self) -> str:
        return f"{self.origin.replace('://', '://okafor:p%40ss%2Fword@')}{CALENDAR}"

    async def put(self, name: str, octets: bytes) -> None:
        """Write one UID's VEVENTs, in place of what stood under the name."""
        answer = await self.owner.put(
            f"{CALENDAR}{name}.ics", content=octets, headers={"Content-Type": "text/calendar; charset=utf-8"}
        )
        assert answer.status_code in {201, 204}, answer.text

    async def delete(self, name: str) -> None:
        answer = await self.owner.delete(f"{CALENDAR}{name}.ics")
        assert answer.status_code in {200, 204}, answer.text


@asynccontextmanager
async def a_calendar_server(folder: Path) -> AsyncIterator[CalendarServer]:
    """A server with one empty calendar; its process has ended at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    told = ("--config", "", "--server-hosts", f"127.0.0.1:{port}", "--auth-type", "none")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "radicale", *told, "--storage-filesystem-folder", str(folder)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"]},
    )
    origin = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=origin, auth=(OWNER, PASSWORD), trust_env=False) as owner:
            await _answers(owner)
            made = await owner.request("MKCALENDAR", CALENDAR)
            assert made.status_code == 201, made.text
            yield CalendarServer(origin=origin, owner=owner)
    finally:
        process.terminate()
        await process.wait()


async def _answers(owner: httpx.AsyncClient) -> None:
    for _ in range(200):
        try:
            await owner.get("/.web/")
        except httpx.TransportError:
            await asyncio.sleep(0.1)
        else:
            return
    raise AssertionError("Radicale did not begin to answer within twenty seconds")
