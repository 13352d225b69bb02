"""Calls that are forged, replayed or nobody's are refused before anything is heard."""

import asyncio
import json
from dataclasses import replace
from urllib.parse import quote

import pytest
from tests.voice.conftest import a_call
from tests.web.conftest import Running
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from frontdesk.channels.sms.twilio.reading import SIGNATURE
from frontdesk.domain.ids import ConversationId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import AnswersWhen
from frontdesk.proving.phone.carrying import Dialled, NotTaken, placed, ring, signed
from frontdesk.reception.calling import Call, Spoken
from frontdesk.storage.practices import apply_practice
from frontdesk.web.pages.voice import NO_TICKET, TAKEN_BEFORE, UNREADABLE


async def test_what_is_not_signed_by_the_carrier_is_refused(telephone: Running) -> None:
    call = a_call(telephone)
    stream = f"ws{call.url.removeprefix('http')}/stream"

    for forged in (replace(call, token="somebody else's"), replace(call, url=call.url.replace("/local/", "/twilio/"))):
        with pytest.raises(NotTaken, match="403"):
            await _place(forged)
    with pytest.raises(NotTaken, match="404"):
        await _place(replace(call, url=call.url.replace(quote(call.number), quote("+15125559999"))))
    with pytest.raises(NotTaken, match="400"):
        await _place(replace(call, number="+15125559999"))
    for headers in ({}, {SIGNATURE: signed(stream, "somebody else's")}, {SIGNATURE: signed(call.url, call.token)}):
        with pytest.raises(InvalidStatus, match="403"):
            await connect(stream, additional_headers=headers).__aenter__()


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ({}, NO_TICKET),
        ({"ticket": "0" * 64}, NO_TICKET),
        ({"caller": "+15125550199"}, NO_TICKET),
        ({"ringing": "2026-05-27T02:00:00+00:00"}, NO_TICKET),
        ({"ringing": "yesterday"}, NO_TICKET),
        (None, UNREADABLE),
    ],
)
async def test_a_stream_is_let_in_by_the_ticket_of_its_own_call_alone(
    telephone: Running, start: dict[str, str] | None, code: int
) -> None:
    call = a_call(telephone)
    given = await _given(telephone, call)

    frame = _start(call, {**given, **start} if start else {}) if start is not None else '{"event": "media"}'

    assert await _closed_with(call, frame) == code
    assert await _closed_with(a_call(telephone), _start(a_call(telephone), given)) == NO_TICKET


async def test_a_call_is_picked_up_once(telephone: Running) -> None:
    call = a_call(telephone)
    given = await _given(telephone, call)
    greeting = await telephone.desk.calls.pick_up(telephone.practice.id, Call(id=call.call, caller=call.caller))

    assert isinstance(greeting, Spoken)
    assert await _closed_with(call, _start(call, given)) == TAKEN_BEFORE


async def test_where_the_assistant_never_answers_the_phone_the_line_is_busy(telephone: Running) -> None:
    silent = replace(telephone.practice, coverage={ChannelKind.VOICE: AnswersWhen.NEVER})
    await apply_practice(telephone.desk.storage, silent, [], now=telephone.desk.clock.now())

    with pytest.raises(NotTaken, match="joins it with no stream"):
        await _place(a_call(telephone))


async def _place(call: Dialled) -> ConversationId | None:
    async with placed(call):
        return None


async def _given(telephone: Running, call: Dialled) -> dict[str, str]:
    """What the webhook's answer gives along for the call's stream."""
    _, given = await ring(call)
    return given


def _start(call: Dialled, given: dict[str, str]) -> str:
    start = {"accountSid": call.account, "streamSid": "MZ1", "callSid": call.call, "customParameters": given}
    return json.dumps({"event": "start", "start": start})


async def _closed_with(call: Dialled, frame: str) -> int | None:
    stream = f"ws{call.url.removeprefix('http')}/stream"
    async with connect(stream, additional_headers={SIGNATURE: signed(stream, call.token)}) as socket:
        await socket.send('{"event": "connected"}')
        await socket.send(frame)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 20)
        return socket.close_code
