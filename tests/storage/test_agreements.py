"""The gate: what leaves needs an agreement in force; without one it fails closed and people hear of it."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from tests.clinic import NOW, a_practice
from tests.compliance.test_agreements import an_agreement

from frontdesk.channels.email.local import LocalPostOffice, Received
from frontdesk.compliance.agreements import Leaving, Processing
from frontdesk.dialogue.state import State
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.ports.channel import Mail
from frontdesk.ports.faults import NotPermitted
from frontdesk.settings import Settings
from frontdesk.storage import conversations, outbox, tasks
from frontdesk.storage.agreements import (
    AgreementGate,
    agreements,
    end_agreement,
    recipients,
    record_agreement,
)
from frontdesk.storage.database import as_application
from frontdesk.storage.installation import Kind, Pinned, enter
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.practices import apply_practice
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.deliver import deliver

PRACTICE = a_practice()
HOST = "127.0.0.1"


@pytest.fixture
async def delivered() -> AsyncIterator[list[Received]]:
    """What the mail server of these tests was given."""
    kept: list[Received] = []
    return kept


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, delivered: list[Received]) -> AsyncIterator[Frontdesk]:
    """A real practice's desk with a real mail server that keeps what it is given."""
    database = Ready(url=database_url, entered=enter(database_url))
    database.entered.turn(Pinned(at=NOW, words="Tuesday evening"))
    database.entered.become(Kind.PRODUCTION)

    async def keep(received: Received) -> None:
        delivered.append(received)

    async with LocalPostOffice(keep, port=0) as office:
        settings = Settings(home=tmp_path, smtp_url=f"smtp://{HOST}:{office.port}")
        async with open_frontdesk(settings, database) as opened:
            await apply_practice(opened.storage, PRACTICE, [], now=opened.clock.now())
            yield opened
    database.entered.leave()


async def put_mail(desk: Frontdesk) -> ConversationId:
    async with desk.storage.practice(PRACTICE.id) as db:
        thread = await conversations.open_conversation(
            db, ChannelKind.WEBCHAT, "token", id=ConversationId(uuid4()), state=State(), now=desk.clock.now()
        )
        mail = Mail(key="visit-1", sender=PRACTICE.email, to="robin@example.com", subject="Your visit", body="Hi Robin")
        await outbox.put_mail(db, thread, thread, mail, now=desk.clock.now())
    return thread


async def run(desk: Frontdesk, thread: ConversationId) -> None:
    await deliver(desk, Job(work=Work.DELIVER, practice=PRACTICE.id, on=thread))


async def test_without_an_agreement_no_mail_leaves_and_staff_read_what_to_do(
    desk: Frontdesk, delivered: list[Received], database_url: str
) -> None:
    thread = await put_mail(desk)

    await run(desk, thread)

    assert delivered == []
    async with desk.storage.practice(PRACTICE.id) as db:
        reasons = [task.reason for task in await tasks.open_tasks(db)]
    with psycopg.connect(database_url) as owner:
        trouble = owner.execute("select trouble from outbox").fetchone()
    assert f"no agreement in force covers {HOST} (email): no agreement with it is recorded; nothing is sent to it" in (
        reasons
    )
    assert trouble is not None
    assert "frontdesk agreements record --practice clinic --kind email --covers 127.0.0.1" in trouble[0]
    assert "robin" not in trouble[0].lower()


async def test_with_an_agreement_in_force_the_mail_goes(desk: Frontdesk, delivered: list[Received]) -> None:
    async with desk.storage.practice(PRACTICE.id) as db:
        await record_agreement(db, an_agreement(covers=HOST), by="owner", now=desk.clock.now())
    thread = await put_mail(desk)

    await run(desk, thread)

    assert [received.recipient for received in delivered] == ["robin@example.com"]


async def test_once_the_agreement_is_ended_nothing_more_leaves(desk: Frontdesk, delivered: list[Received]) -> None:
    agreement = an_agreement(covers=HOST)
    async with desk.storage.practice(PRACTICE.id) as db:
        await record_agreement(db, agreement, by="owner", now=desk.clock.now())
        await end_agreement(db, agreement.id, on=date(2026, 5, 26), by="owner", now=desk.clock.now())
    thread = await put_mail(desk)

    await run(desk, thread)

    assert delivered == []


async def test_staff_are_told_once_a_day_and_again_the_next(desk: Frontdesk, database_url: str) -> None:
    gate = AgreementGate(desk.storage, desk.practices, desk.clock, PRACTICE.id, Leaving(kind=Processing.EMAIL, to=HOST))
    tomorrow = AgreementGate(
        desk.storage,
        desk.practices,
        Later(desk.clock.now() + timedelta(days=1)),
        PRACTICE.id,
        Leaving(kind=Processing.EMAIL, to=HOST),
    )

    for one in (gate, gate, tomorrow):
        with pytest.raises(NotPermitted):
            await one.pass_through()

    async with desk.storage.practice(PRACTICE.id) as db:
        assert len(await tasks.open_tasks(db)) == 2


async def test_what_was_spoken_with_a_processor_is_kept(desk: Frontdesk) -> None:
    gate = AgreementGate(
        desk.storage, desk.practices, desk.clock, PRACTICE.id, Leaving(kind=Processing.CALENDAR, to="Open Dental")
    )

    for tls in ("TLSv1.2", "TLSv1.3", "TLSv1.3"):
        await gate.saw(tls)

    async with desk.storage.practice(PRACTICE.id) as db:
        reached = await recipients(db)
    assert [(one.name, one.tls) for one in reached] == [("Open Dental", "TLSv1.3")]


async def test_an_ended_agreement_stays_in_the_register_and_no_other_practice_sees_it(desk: Frontdesk) -> None:
    other = a_practice("other", 2)
    await apply_practice(desk.storage, other, [], now=NOW)
    agreement = an_agreement(covers=HOST)

    async with desk.storage.practice(PRACTICE.id) as db:
        await record_agreement(db, agreement, by="owner", now=NOW)
        ended = await end_agreement(db, agreement.id, on=date(2026, 6, 1), by="owner", now=NOW)
        mine = await agreements(db)
    async with desk.storage.practice(other.id) as db:
        theirs = await agreements(db)
        not_theirs = await end_agreement(db, agreement.id, on=date(2026, 5, 1), by="other", now=NOW)

    assert mine == [ended]
    assert theirs == []
    assert not_theirs is None


def test_the_desk_can_neither_rewrite_nor_delete_an_agreement(database_url: str) -> None:
    with psycopg.connect(as_application(database_url), autocommit=True) as connection:
        for statement in ("delete from agreement", "update agreement set covers = array['evil.example.com']"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


class Later:
    """A clock that stands still."""

    def __init__(self, at: object) -> None:
        self._at = at

    def now(self) -> object:
        return self._at
