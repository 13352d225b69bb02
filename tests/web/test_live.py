import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from tests.clinic import NOW, a_practice

from frontdesk.domain.practice import Practice
from frontdesk.storage.database import Storage
from frontdesk.storage.practices import apply_practice
from frontdesk.web.live import GOODBYE, MOST_WAITING, READ_ALL, Change, Changes, Watch

ONE, OTHER = Change(what="mail", id="1"), Change(what="text", id="2")


@pytest.fixture
async def practice(storage: Storage) -> Practice:
    made = a_practice()
    await apply_practice(storage, made, [], now=NOW)
    return made


@asynccontextmanager
async def listening(changes: Changes) -> AsyncIterator[None]:
    """While the block runs, changes are passed on; those who watch already are told that it has begun."""
    task = asyncio.create_task(changes.listen())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_page_hears_of_each_change_once() -> None:
    watch = Watch(lambda _: True)

    for change in (ONE, OTHER, ONE):
        watch.tell(change)

    assert await watch.next() == [ONE, OTHER]


async def test_a_page_hears_only_what_it_shows_and_that_all_is_to_be_read_again() -> None:
    watch = Watch(lambda change: change.what == "mail")

    for change in (OTHER, ONE, READ_ALL, GOODBYE):
        watch.tell(change)

    assert await watch.next() == [ONE, READ_ALL, GOODBYE]


async def test_a_page_that_is_slow_is_told_to_read_everything() -> None:
    watch = Watch(lambda _: True)

    for number in range(MOST_WAITING + 1):
        watch.tell(Change(what="mail", id=str(number)))

    assert READ_ALL in await watch.next()


async def test_what_is_committed_reaches_the_pages_of_its_practice_and_no_others(
    storage: Storage, practice: Practice
) -> None:
    stranger = a_practice("stranger", 2)
    await apply_practice(storage, stranger, [], now=NOW)
    changes = Changes(storage)
    with changes.watch(practice.id) as mine, changes.watch(stranger.id) as theirs:
        async with listening(changes), asyncio.timeout(5):
            assert await mine.next() == await theirs.next() == [READ_ALL]

            async with storage.practice(practice.id) as db:
                db.announce("mail", "7")

            assert await mine.next() == [Change(what="mail", id="7")]
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await theirs.next()


async def test_a_lost_connection_is_made_again_and_everything_read_again(
    storage: Storage, practice: Practice, database_url: str
) -> None:
    changes = Changes(storage)
    with changes.watch(practice.id) as watch:
        async with listening(changes), asyncio.timeout(5):
            await watch.next()

            with psycopg.connect(database_url, autocommit=True) as owner:
                owner.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where pid <> pg_backend_pid() and query ilike 'listen%' and datname = current_database()"
                )

            assert await watch.next() == [READ_ALL]


async def test_a_process_that_stops_says_goodbye_to_pages_old_and_new(storage: Storage, practice: Practice) -> None:
    changes = Changes(storage)
    with changes.watch(practice.id) as old:
        changes.stop()

        assert await old.next() == [GOODBYE]
    with changes.watch(practice.id) as new:
        assert await new.next() == [GOODBYE]
