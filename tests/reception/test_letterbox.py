"""Messages that arrive together are stored together: each once, in order, and whatever becomes of the others."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.clinic import NOW, a_practice

from frontdesk.dialogue.state import State
from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import ChannelKind
from frontdesk.reception.letterbox import MOST_WAITING, Letterbox
from frontdesk.storage import conversations
from frontdesk.storage.arrivals import Arrival, Received
from frontdesk.storage.clock import new_id
from frontdesk.storage.database import Storage
from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.jobs import take_all
from frontdesk.storage.keys import destroy_subject
from frontdesk.storage.practices import apply_practice
from frontdesk.vault.master import MasterKey

PRACTICE, OTHER = a_practice(), a_practice("other", 2)
MARIA, SAM, ANA = "+15125550147", "+15125550148", "+15125550149"


@pytest.fixture(autouse=True)
async def practice(storage: Storage) -> None:
    await apply_practice(storage, PRACTICE, [], now=NOW)


@pytest.fixture
def box(storage: Storage) -> Letterbox:
    return Letterbox(storage)


def text(sender: str, words: str, *, sid: str | None = None) -> Arrival:
    """A text as a carrier hands it in; its id is the words', where none is given."""
    return Arrival(
        id=MessageId(new_id()),
        begins=ConversationId(new_id()),
        state=State(address=sender),
        channel=ChannelKind.SMS,
        address=sender,
        text=words,
        provider_id=f"carrier:{sid or words}",
        by=Actor(kind=ActorKind.PATIENT, id="sender", via="sms", address=sender),
        at=NOW,
    )


async def put(box: Letterbox, arrivals: Sequence[Arrival]) -> list[Received | BaseException]:
    """What became of each, where all come at once."""
    return await asyncio.gather(*(box.put(PRACTICE.id, one) for one in arrivals), return_exceptions=True)


async def said(storage: Storage, sender: str) -> list[str]:
    async with storage.practice(PRACTICE.id) as db:
        thread = await conversations.find_open(db, ChannelKind.SMS, sender)
        return [one.text for one in await conversations.messages(db, thread.id)] if thread else []


def asked(database_url: str, sql: str) -> list[tuple[object, ...]]:
    """What the owner of the database sees."""
    with psycopg.connect(database_url) as owner:
        return owner.execute(sql.encode()).fetchall()


@asynccontextmanager
async def held(database_url: str, conversation: ConversationId) -> AsyncIterator[None]:
    """Another process holds the conversation, as one that was stopped in the middle of a transaction does."""
    async with await psycopg.AsyncConnection.connect(database_url) as other:
        await other.execute("select from conversation where id = %s for update", (conversation,))
        yield


def stored(outcome: Received | BaseException) -> bool:
    return isinstance(outcome, Received) and outcome.message is not None


async def test_what_arrives_together_is_stored_in_one_transaction(box: Letterbox, database_url: str) -> None:
    outcomes = await put(box, [text(f"+151255501{number}", f"text {number}") for number in range(10, 50)])

    assert all(map(stored, outcomes))
    assert asked(database_url, "select count(*), count(distinct xmin::text) from message") == [(40, 1)]


async def test_no_transaction_grows_without_end(box: Letterbox, database_url: str) -> None:
    await put(box, [text(MARIA, f"text {number}") for number in range(120)])

    sizes = asked(database_url, "select count(*) from message group by xmin::text order by 1")
    assert sizes == [(20,), (50,), (50,)]


async def test_each_persons_texts_stand_in_the_order_they_came_in(box: Letterbox, storage: Storage) -> None:
    texts = [text(sender, f"{sender} {number}") for number in range(40) for sender in (MARIA, SAM)]

    await put(box, texts)

    assert await said(storage, MARIA) == [f"{MARIA} {number}" for number in range(40)]
    assert await said(storage, SAM) == [f"{SAM} {number}" for number in range(40)]


async def test_a_text_that_comes_twice_at_once_is_stored_once(box: Letterbox, storage: Storage) -> None:
    first, again = await put(box, [text(MARIA, "hello"), text(MARIA, "hello")])

    assert stored(first)
    assert isinstance(again, Received)
    assert isinstance(first, Received)
    assert again.message is None
    assert again.conversation == first.conversation
    assert await said(storage, MARIA) == ["hello"]


async def test_a_text_that_comes_again_later_is_known_and_leaves_no_gap(box: Letterbox, storage: Storage) -> None:
    await put(box, [text(MARIA, "one"), text(SAM, "hi")])

    outcomes = await put(box, [text(MARIA, "one"), text(MARIA, "two"), text(ANA, "new")])

    assert list(map(stored, outcomes)) == [False, True, True]
    async with storage.practice(PRACTICE.id) as db:
        standing = await conversations.find_standing(db, ChannelKind.SMS, MARIA)
    assert standing is not None
    assert standing.last_seq == 2
    assert await said(storage, MARIA) == ["one", "two"]


async def test_two_processes_that_hear_of_the_same_texts_store_each_once(
    box: Letterbox, storage: Storage, master: MasterKey, database_url: str
) -> None:
    elsewhere = Storage(storage.url, master=master)
    await elsewhere.open()
    texts = [text(sender, f"{sender} {number}") for number in range(30) for sender in (MARIA, SAM, ANA)]

    here, there = await asyncio.gather(put(box, texts), put(Letterbox(elsewhere), texts[::-1]))

    await elsewhere.close()
    assert [stored(one) + stored(other) for one, other in zip(here, there[::-1], strict=True)] == [1] * 90
    assert asked(database_url, "select count(*) from conversation") == [(3,)]
    assert sorted(await said(storage, MARIA)) == sorted(f"{MARIA} {number}" for number in range(30))


async def test_one_that_cannot_be_stored_keeps_no_other_out(box: Letterbox, storage: Storage) -> None:
    outcomes = await put(box, [text(MARIA, "good"), text(SAM, "bad", sid="no\0id"), text(ANA, "good too")])

    assert list(map(stored, outcomes)) == [True, False, True]
    assert isinstance(outcomes[1], psycopg.DataError)
    assert (await said(storage, MARIA), await said(storage, SAM), await said(storage, ANA)) == (
        ["good"],
        [],
        ["good too"],
    )


async def test_a_conversation_whose_key_is_gone_takes_nothing_and_keeps_no_other_out(
    box: Letterbox, storage: Storage
) -> None:
    first = await box.put(PRACTICE.id, text(SAM, "hello"))
    async with storage.practice(PRACTICE.id) as db:
        await destroy_subject(db, first.conversation)

    outcomes = await put(box, [text(MARIA, "good"), text(SAM, "bad"), text(ANA, "good too")])

    assert list(map(stored, outcomes)) == [True, False, True]
    assert isinstance(outcomes[1], LookupError)


async def test_a_conversation_that_somebody_holds_is_told_to_come_again(
    box: Letterbox, storage: Storage, database_url: str
) -> None:
    first = await box.put(PRACTICE.id, text(SAM, "hello"))

    async with held(database_url, first.conversation):
        outcomes = await put(box, [text(MARIA, "good"), text(SAM, "later"), text(ANA, "good too")])
    again = await box.put(PRACTICE.id, text(SAM, "later"))

    assert list(map(stored, outcomes)) == [True, False, True]
    assert isinstance(outcomes[1], psycopg.errors.LockNotAvailable)
    assert stored(again)
    assert await said(storage, SAM) == ["hello", "later"]


async def test_a_database_that_is_gone_for_a_moment_is_waited_for(
    box: Letterbox, storage: Storage, database_url: str
) -> None:
    await box.put(PRACTICE.id, text(MARIA, "before"))
    name = conninfo_to_dict(database_url)["dbname"]
    with psycopg.connect(make_conninfo(database_url, dbname="postgres"), autocommit=True) as owner:
        owner.execute(f"alter database {name} allow_connections false".encode())
        owner.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))

        putting = asyncio.create_task(put(box, [text(MARIA, "meanwhile"), text(SAM, "too")]))
        await asyncio.sleep(0.3)
        owner.execute(f"alter database {name} allow_connections true".encode())
        outcomes = await putting

    assert all(map(stored, outcomes))
    assert await said(storage, MARIA) == ["before", "meanwhile"]


async def test_whoever_comes_while_too_many_wait_is_sent_away_at_once(box: Letterbox, database_url: str) -> None:
    texts = [text(f"+1512555{number % 5:04}", f"text {number}") for number in range(MOST_WAITING + 3)]

    outcomes = await put(box, texts)

    assert all(map(stored, outcomes[:MOST_WAITING]))
    assert [type(one) for one in outcomes[MOST_WAITING:]] == [DatabaseFault] * 3
    assert stored(await box.put(PRACTICE.id, texts[-1]))
    assert asked(database_url, "select count(*) from message") == [(MOST_WAITING + 1,)]


async def test_a_text_whose_bearer_hangs_up_is_stored_all_the_same(box: Letterbox, storage: Storage) -> None:
    hasty = asyncio.create_task(box.put(PRACTICE.id, text(MARIA, "one")))
    patient = asyncio.create_task(box.put(PRACTICE.id, text(SAM, "two")))
    await asyncio.sleep(0)
    hasty.cancel()

    assert stored(await patient)
    assert await said(storage, MARIA) == ["one"]


async def test_practices_do_not_share_what_arrives(box: Letterbox, storage: Storage, database_url: str) -> None:
    await apply_practice(storage, OTHER, [], now=NOW)

    await asyncio.gather(box.put(PRACTICE.id, text(MARIA, "hello")), box.put(OTHER.id, text(MARIA, "hello")))

    found = asked(database_url, "select practice_id, count(*) from message group by 1 order by 1")
    assert found == [(PRACTICE.id, 1), (OTHER.id, 1)]


async def test_each_is_in_the_audit_as_its_own_senders(box: Letterbox, database_url: str) -> None:
    await put(box, [text(MARIA, "one"), text(SAM, "two"), text(MARIA, "three")])

    events = asked(
        database_url,
        "select what, count(*) from audit_event where actor_kind = 'patient' group by what, origin order by 2",
    )
    assert events == [("message.received", 1), ("message.received", 2)]


async def test_a_conversation_is_answered_by_one_job_however_much_arrived_in_it(
    box: Letterbox, database_url: str
) -> None:
    received = await put(box, [text(MARIA, "one"), text(SAM, "two"), text(MARIA, "three")])

    async with await psycopg.AsyncConnection.connect(
        database_url, row_factory=psycopg.rows.dict_row, autocommit=True
    ) as owner:
        jobs = await take_all(owner)
    assert {job.on for job in jobs} == {one.conversation for one in received if isinstance(one, Received)}
    assert len(jobs) == 2
