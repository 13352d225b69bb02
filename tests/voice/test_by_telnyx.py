"""Calls by Telnyx: signed webhooks, commands and the stream, against its published protocol."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import quote

import pytest
from tests.channels.sms.simulated import KEY, PROFILE
from tests.voice.conftest import CALLER
from tests.voice.test_transfer import ANN, BEA, EVENING
from tests.web.conftest import Running, answering, free_port
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from frontdesk.channels.sms.carriers import carrier
from frontdesk.channels.sms.telnyx.stand_in import StandIn
from frontdesk.channels.voice.ulaw import decoded, encoded
from frontdesk.connecting.texting import Texting
from frontdesk.dialogue.effects import Reason
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.practice import AnswersWhen
from frontdesk.domain.transfer import Transfer
from frontdesk.ports.carrying import OfTheDesk
from frontdesk.proving.phone.carrying import QUIET, Phone
from frontdesk.proving.phone.exchange import Callee
from frontdesk.proving.phone.patient import talk
from frontdesk.proving.phone.telnyx import Leg, TelnyxCalls
from frontdesk.proving.simulator_server import served
from frontdesk.storage.calls import Stage, read_call
from frontdesk.storage.conversations import messages
from frontdesk.storage.practices import apply_practice
from frontdesk.storage.tasks import open_tasks
from frontdesk.storage.vendor_pace import NoLimit
from frontdesk.voice.holding import models_of
from frontdesk.web.app import create_app

APP = "2811212257810187875"


@dataclass(kw_only=True)
class ByTelnyx:
    """The desk, and the Telnyx that its practice's calls come by."""

    running: Running
    telnyx: TelnyxCalls

    async def call(self) -> tuple[Leg, Phone]:
        """A call that was answered, and its sound."""
        leg = await self.telnyx.ring(CALLER, self.running.practice.locations[0].phone)
        return leg, await asyncio.wait_for(self.telnyx.phones.get(), 60)

    async def stage(self, leg: Leg) -> Stage | None:
        async with self.running.desk.storage.practice(self.running.practice.id) as db:
            known = await read_call(db, leg.id)
        return known.stage if known else None

    async def until(self, leg: Leg, wanted: Stage) -> None:
        async with asyncio.timeout(60):
            while await self.stage(leg) is not wanted:  # noqa: ASYNC110  # it is another process's row in earnest
                await asyncio.sleep(0.1)


@asynccontextmanager
async def by_telnyx(telephone: Running) -> AsyncIterator[ByTelnyx]:
    desk = telephone.desk
    practice = replace(telephone.practice, transfer=Transfer(numbers=(ANN, BEA), hours=(EVENING,)))
    await apply_practice(desk.storage, practice, [], now=desk.clock.now())
    number, port = practice.locations[0].phone, free_port()
    settings = replace(desk.settings, port=port, public_url=f"http://localhost:{port}")
    texts = StandIn(key=KEY, profile=PROFILE, clock=desk.clock.now)
    texts.numbers.append(number)
    telnyx = TelnyxCalls(texts, app=APP, webhook=f"{settings.public_url}/voice/telnyx/{quote(number)}")
    manifest, opens = carrier("telnyx")

    async def ours(_: object) -> frozenset[str]:
        return frozenset()

    async with served(telnyx) as address:
        given = {"address": address, "api_key": KEY, "public_key": texts.public_key, "messaging_profile": PROFILE}
        of_desk = OfTheDesk(
            pace=NoLimit(), asking=NoLimit(), ours=ours, webhook=lambda _: "", clock=desk.clock, gate=None
        )
        account = opens(manifest.completed({**given, "call_app": APP}), of_desk)
        texting = Texting(carrier=manifest, account=account)
        changed = replace(desk, settings=settings, texting_of=lambda _: texting)
        app = create_app(changed)
        async with answering(changed, app):
            running = Running(url=settings.public_url, desk=changed, practice=practice, app=app)
            try:
                yield ByTelnyx(running=running, telnyx=telnyx)
            finally:
                await telnyx.close()
                await account.close()


@pytest.fixture
async def line(telephone: Running) -> AsyncIterator[ByTelnyx]:
    async with by_telnyx(telephone) as one:
        yield one


async def test_a_call_is_answered_with_a_stream_and_hung_up_at_its_end(line: ByTelnyx) -> None:
    leg, phone = await line.call()
    carrying = asyncio.create_task(phone.has_ended())
    await line.until(leg, Stage.TALKING)

    await phone.hang_up(leg.id, "user")
    await line.telnyx.hangs_up(leg)
    await line.until(leg, Stage.OVER)
    await carrying

    assert line.telnyx.commands[0] == "answer"
    assert set(line.telnyx.answers) <= {200, 204}


async def test_what_telnyx_did_not_sign_just_now_is_refused(line: ByTelnyx) -> None:
    leg = Leg(id="v3:x", caller=CALLER, to=line.running.practice.locations[0].phone, incoming=True, webhook="")
    leg.webhook = line.telnyx.webhook
    posted = line.telnyx.event(leg, "call.initiated", direction="incoming")

    other = replace(posted, body=posted.body.replace(CALLER.encode(), b"+15125550199"))
    unsigned = replace(posted, headers={"content-type": "application/json"})
    elsewhere = replace(posted, url=posted.url.replace("/telnyx/", "/twilio/"))

    assert [await line.telnyx.send(one) for one in (other, unsigned, elsewhere)] == [403, 403, 403]
    assert line.telnyx.commands == []


async def test_a_stream_is_opened_only_at_an_address_that_we_gave(line: ByTelnyx) -> None:
    stream = f"ws{line.telnyx.webhook.removeprefix('http')}/stream"

    for query in ("", "?call=v3:x&ringing=2026-05-27T02:47:00%2B00:00&door=00"):
        with pytest.raises(InvalidStatus, match="403"):
            await connect(stream + query).__aenter__()


async def test_where_the_assistant_does_not_answer_it_is_busy(line: ByTelnyx) -> None:
    silent = replace(line.running.practice, coverage={ChannelKind.VOICE: AnswersWhen.NEVER})
    await apply_practice(line.running.desk.storage, silent, [], now=line.running.desk.clock.now())

    await line.telnyx.ring(CALLER, silent.locations[0].phone)

    assert line.telnyx.commands == ["reject"]


@pytest.mark.realtime
async def test_who_asks_for_a_person_is_put_through_comes_back_and_is_put_through_again(line: ByTelnyx) -> None:
    telnyx, practice, storage = line.telnyx, line.running.practice, line.running.desk.storage
    models = await asyncio.to_thread(models_of, line.running.desk.settings)
    lines = iter([encoded(await models.mouth.say("I would like to talk to a person, please."))])

    async def once() -> bytes | None:
        return next(lines, None)

    telnyx.callees = {ANN: Callee(picks_up=False), BEA: Callee(presses=None)}
    leg, phone = await line.call()
    await talk(phone, once, patience=1.5)
    await asyncio.wait_for(phone.has_ended(), 60)
    back = await asyncio.wait_for(telnyx.phones.get(), 60)
    await _speaks(back)
    async with storage.practice(practice.id) as db:
        [task] = [one for one in await open_tasks(db) if one.reason == Reason.ASKED]
        assert task.conversation is not None
        said = [one.text for one in await messages(db, task.conversation) if one.author is Author.ASSISTANT]
    took, again = Callee(), len(telnyx.commands)
    telnyx.callees = {ANN: took, BEA: Callee()}
    await back.press("0#")
    await asyncio.wait_for(telnyx.bridged.wait(), 60)
    async with storage.practice(practice.id) as db:
        waits = [one for one in await open_tasks(db) if one.reason == Reason.ASKED]
    await telnyx.hangs_up(leg)
    await line.until(leg, Stage.OVER)

    assert phone.cleared >= 1  # the greeting is longer than the caller's patience
    heard = b"".join(one.ulaw for one in phone.heard if one.ulaw != QUIET)
    told = models.ear.heard(decoded(heard[-6 * 8000 :]), ()).text
    assert "putting you through" in told.lower()
    assert (task.urgent, re.search("nobody could take your call", said[-1]) is not None) == (True, True)
    assert (waits, len(took.heard)) == ([], 2)
    assert telnyx.commands[:3] == ["answer", "playback_start", "dial"]
    assert telnyx.commands[again : again + 2] == ["playback_start", "dial"]
    assert telnyx.commands[-2:] == ["playback_stop", "bridge"]


async def _speaks(phone: Phone) -> None:
    """Returns once the desk has begun to say something."""
    async with asyncio.timeout(30):
        while phone.arrived is None:  # noqa: ASYNC110  # the other side plays it piece by piece
            await asyncio.sleep(0.05)
