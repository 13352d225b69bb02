"""A desk whose practice texts by a real carrier's account, over that carrier's stand-in on this machine."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from tests.channels.sms.simulated import PHONE, a_stand_in, settings_of
from tests.clinic import a_practice, at

from frontdesk.channels.sms.standing_in import Posted
from frontdesk.channels.sms.telnyx import stand_in as telnyx
from frontdesk.channels.sms.twilio import stand_in as twilio
from frontdesk.dialogue.state import State
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.ports.channel import Accepted, Mail, Text
from frontdesk.ports.clock import Clock
from frontdesk.proving.simulator_server import served
from frontdesk.settings import Settings
from frontdesk.storage import conversations, outbox
from frontdesk.storage.carrier_accounts import CarrierAccount, keep_account
from frontdesk.storage.clock import DeskClock
from frontdesk.storage.installation import Pinned, enter
from frontdesk.storage.jobs import Job, Work
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import Endpoint, apply_practice
from frontdesk.web.pages import sms
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk
from frontdesk.work.deliver import deliver

PRACTICE = a_practice()
NUMBER = PRACTICE.locations[0].phone
PUBLIC = "https://clinic.example.com"
FIRST = " Reply STOP to end texts from Test Clinic."


class Turned:
    """The desk's clock, and the carrier's, which a test turns on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return self._clock.now() + self.ahead

    def turn(self, **length: float) -> None:
        self.ahead += timedelta(**length)


class Post:
    """A post office that keeps what it was given."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def post(self, mail: Mail) -> Accepted:
        self.mails.append(mail)
        return Accepted(receipt=mail.key)


@dataclass(kw_only=True)
class Texting:
    """The desk, the carrier behind it, and the way webhooks come in."""

    name: str
    desk: Frontdesk
    stand_in: twilio.StandIn | telnyx.StandIn
    web: httpx.AsyncClient
    post_office: Post
    clock: Turned

    @property
    def bodies(self) -> list[str]:
        """What the carrier was given, without the words that the first text to a number adds by the carriers' rules."""
        if isinstance(self.stand_in, twilio.StandIn):
            return [one.body.removesuffix(FIRST) for one in self.stand_in.sent]
        return [one.text.removesuffix(FIRST) for one in self.stand_in.sent]

    def receipt(self, place: int = 0, status: str | None = None) -> Posted:
        """The receipt of the message at that place; "sent" is the one before the end."""
        if isinstance(self.stand_in, twilio.StandIn):
            return self.stand_in.receipt(self.stand_in.sent[place], status)
        event = "message.sent" if status == "sent" else "message.finalized"
        return self.stand_in.receipt(self.stand_in.sent[place], event)

    async def post(self, posted: Posted | None, *, host: str = "clinic.example.com", **headers: str) -> int:
        """The status of a webhook that comes in through a proxy, which may say whatever it likes of the host."""
        assert posted is not None
        target = posted.url.removeprefix(PUBLIC)
        response = await self.web.post(
            f"http://10.0.0.7:8000{target}",
            content=posted.body,
            headers={**posted.headers, "host": host, **headers},
        )
        return response.status_code

    async def put(self, *bodies: str, to: str = PHONE, email: str | None = None, answers: str | None = None) -> UUID:
        """Texts in the outbox, of a patient with that e-mail address; the id of the last."""
        id = uuid4()
        async with self.desk.storage.practice(PRACTICE.id) as db:
            now = self.desk.clock.now()
            thread = await conversations.open_conversation(
                db, ChannelKind.SMS, to, id=ConversationId(uuid4()), state=State(address=to), now=now
            )
            if email is not None:
                patient = Patient(id=uuid4(), given="Robin", family="Testcase", phone=to, email=email)
                await add_patient(db, patient, now=now)
                await db.run(
                    "update conversation set patient_id = %s where practice_id = %s and id = %s",
                    (patient.id, db.practice, thread),
                )
            for body in bodies:
                id = uuid4()
                text = Text(key=str(id), sender=NUMBER, to=to, body=body, answers=answers)
                await outbox.put_text(db, thread, id, text, now=now)
        return id

    async def deliver(self, to: str = PHONE) -> None:
        """The outbox's job, once."""
        async with self.desk.storage.practice(PRACTICE.id) as db:
            thread = await conversations.find_open(db, ChannelKind.SMS, to)
        assert thread is not None
        await deliver(self.desk, Job(work=Work.DELIVER, practice=PRACTICE.id, on=thread.id))

    async def said(self, of: str = PHONE) -> list[str]:
        """What a patient's thread holds of the patient, oldest first."""
        async with self.desk.storage.practice(PRACTICE.id) as db:
            thread = await conversations.find_open(db, ChannelKind.SMS, of)
            told = await conversations.messages(db, thread.id) if thread else []
        return [one.text for one in told if one.author.value == "patient"]


@asynccontextmanager
async def texting(
    name: str, database_url: str, home: Path, *, change: Callable[[dict[str, str]], None] = lambda _: None
) -> AsyncIterator[Texting]:
    """A desk whose practice has an account with that carrier, open and in order."""
    settings = Settings(home=home, public_url=PUBLIC)
    database = Ready(url=database_url, entered=enter(database_url))
    noon = at("2026-05-27 12:00").start  # at night nothing unasked would go
    database.entered.turn(Pinned(at=noon, words=noon.isoformat()))
    clock = Turned(database.entered.clock)
    database.entered.clock = cast(DeskClock, clock)
    stand_in = a_stand_in(name, now=clock.now, number=NUMBER, public_url=PUBLIC)
    try:
        async with served(stand_in) as address:
            given = {**settings_of(name, stand_in, address), "texts_per_second": "200"}
            change(given)
            async with open_frontdesk(settings, database) as desk:
                await apply_practice(
                    desk.storage, PRACTICE, [Endpoint(channel="sms", address=NUMBER)], now=desk.clock.now()
                )
                async with desk.storage.practice(PRACTICE.id) as db:
                    await keep_account(db, CarrierAccount(carrier=name, settings=given), now=desk.clock.now())
            async with open_frontdesk(settings, database) as desk:
                post_office = Post()
                desk = replace(desk, post_office_of=lambda _: post_office)
                app = FastAPI()
                app.state.desk = desk
                app.include_router(sms.router)
                async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as web:
                    yield Texting(
                        name=name,
                        desk=desk,
                        stand_in=stand_in,
                        web=web,
                        post_office=post_office,
                        clock=clock,
                    )
    finally:
        database.entered.leave()
