"""What safety costs: milliseconds per message and per page, with encryption and audit and without, in one run.

Leaving them out is possible here alone: this file puts functions that do nothing in their places, in its own process.
Two desks on one PostgreSQL take turns, talk by talk, so that both meet the same machine in the same minute.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import httpx
import psycopg
from psycopg.conninfo import make_conninfo

from frontdesk.domain.message import ChannelKind
from frontdesk.sample.load import load_sample
from frontdesk.sample.practice import SMILE_ID
from frontdesk.sample.visits import DEFAULT_SEED
from frontdesk.settings import Settings
from frontdesk.storage.audit import Journal
from frontdesk.storage.embedded import EmbeddedPostgres
from frontdesk.storage.installation import Kind, enter
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.migrate import migrate
from frontdesk.web.app import create_app
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.chain import chain_once
from frontdesk.work.deliver import deliver

TALKS = 25
PAGE = "/demo/calendar"
"""A day's visits, with the names of everybody who comes."""


class Plain:
    """A cipher that leaves everything as it is."""

    mark = b"\0" * 5

    def __init__(self, keyset: bytes) -> None:
        pass

    def seal(self, plain: bytes, *, bound_to: bytes) -> bytes:
        return plain

    def open(self, sealed: bytes, *, bound_to: bytes) -> bytes:
        return sealed


@dataclass(kw_only=True)
class Side:
    """A desk, its browser, and the milliseconds it took."""

    desk: Frontdesk
    web: httpx.AsyncClient
    is_safe: bool
    messages: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)


@contextmanager
def mode(*, is_safe: bool) -> Iterator[None]:
    """As it is, or without encryption and audit. Keyed look-up stays: something has to find the rows."""
    if is_safe:
        yield
        return

    async def write_nothing(*_: object, **__: object) -> None:
        await asyncio.sleep(0)

    with (
        patch("frontdesk.vault.keyring.Cipher", Plain),
        patch("frontdesk.vault.keyring.new_keyset", lambda: b"none"),
        patch("frontdesk.storage.database.write", write_nothing),
        patch.object(Journal, "close", lambda _: []),
    ):
        yield


def says(talk: int) -> Sequence[str]:
    """A booking from the first word to the last, and a question."""
    return (
        "Hi, I'd like to book a Botox consultation",
        "First time",
        "any time works",
        "the first one",
        f"Maria Gonzalez, 512 555 01{talk:02d}",
        f"maria{talk}@example.com",
        "yes",
        "do you have parking?",
    )


@asynccontextmanager
async def side(home: Path, url: str, *, is_safe: bool) -> AsyncIterator[Side]:
    """A desk with the sample practice, on a database of its own."""
    entered = enter(url)
    entered.become(Kind.DEMO)
    settings = Settings(home=home, demo=True, carrier_secret=b"a secret of this measurement")
    async with AsyncExitStack() as stack:
        with mode(is_safe=is_safe):
            desk = await stack.enter_async_context(open_frontdesk(settings, Ready(url=url, entered=entered)))
            await load_sample(desk.storage, now=desk.clock.now(), seed=DEFAULT_SEED)
        app = create_app(desk)
        await stack.enter_async_context(app.router.lifespan_context(app))
        web = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://localhost")
        yield Side(desk=desk, web=await stack.enter_async_context(web), is_safe=is_safe)
    entered.leave()


async def talk_to(one: Side, talk: int) -> None:
    """One patient's talk and one look at the calendar, timed."""
    phone = f"+151255501{talk:02d}"
    with mode(is_safe=one.is_safe):
        for text in says(talk):
            begun = time.perf_counter()
            received = await one.desk.reception.receive(SMILE_ID, ChannelKind.SMS, phone, text, provider_id=None)
            await one.desk.reception.answer(SMILE_ID, received.conversation)
            await deliver(one.desk, Job(work=Work.DELIVER, practice=SMILE_ID, on=received.conversation))
            one.messages.append((time.perf_counter() - begun) * 1000)
        for _ in range(4):
            begun = time.perf_counter()
            answer = await one.web.get(PAGE)
            assert answer.status_code == 200, answer.status_code
            one.pages.append((time.perf_counter() - begun) * 1000)


def database(url: str, name: str) -> str:
    """The address of an empty database, migrated."""
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"create database {name}".encode())
    address = make_conninfo(url, dbname=name)
    migrate(address)
    return address


async def measure(home: Path, url: str) -> None:
    """Print the medians."""
    safe_url, bare_url = database(url, "bench_safe"), database(url, "bench_bare")
    async with side(home, safe_url, is_safe=True) as safe, side(home, bare_url, is_safe=False) as bare:
        for talk in range(TALKS):
            for one in (safe, bare) if talk % 2 else (bare, safe):
                await talk_to(one, talk)
        begun = time.perf_counter()
        linked = await chain_once(safe.desk, {})
        each = (time.perf_counter() - begun) * 1000 / linked
    for what, on, off in (("message", safe.messages, bare.messages), ("page", safe.pages, bare.pages)):
        added = [with_it - without for with_it, without in zip(on, off, strict=True)]
        print(
            f"per {what}, median of {len(on)}: {statistics.median(on):.1f} ms with encryption and audit, "
            f"{statistics.median(off):.1f} ms without; median of the differences, pair by pair: "
            f"{statistics.median(added):+.1f} ms"
        )
    print(f"the chain, made beside it: {linked} events, {each:.2f} ms each")
    with psycopg.connect(safe_url) as owner:
        row = owner.execute(
            "select sum(pg_total_relation_size(t::regclass)) / 1024.0 "
            "from unnest(array['audit_event', 'audit_link']) as t"
        ).fetchone()
        assert row is not None
        print(f"kept: {float(row[0]) / len(safe.messages):.1f} kB a message, pages included")


def main() -> int:
    """0 when it was measured."""
    with tempfile.TemporaryDirectory() as home, EmbeddedPostgres.join(Path(home)) as joined:
        asyncio.run(measure(Path(home), joined.url))
    return 0


if __name__ == "__main__":
    sys.exit(main())
