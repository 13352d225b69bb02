"""Calls that the desk places: what both carriers are asked for, what they tell, and that none rings twice."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from tests.channels.sms.simulated import OURS, PHONE, Counted, Hands, a_stand_in, settings_of

from frontdesk.channels.sms.carriers import carrier
from frontdesk.channels.sms.telnyx.stand_in import StandIn as TelnyxTexts
from frontdesk.channels.sms.twilio.stand_in import StandIn as TwilioTexts
from frontdesk.channels.voice.telnyx import reading as telnyx
from frontdesk.channels.voice.telnyx.media import as_state, of_state
from frontdesk.channels.voice.twilio import answering as twilio
from frontdesk.domain.delivery import Trouble
from frontdesk.ports.carrying import OfTheDesk
from frontdesk.ports.channel import Accepted, NotTaken
from frontdesk.ports.connecting import StandIn
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused
from frontdesk.ports.phoning import (
    AnsweredBy,
    CallOver,
    NothingToDo,
    PlacedAnswered,
    PlacedEnded,
    PlacesCalls,
    Rang,
    Ring,
)
from frontdesk.ports.webhook import Webhook
from frontdesk.proving.phone.exchange import Callee
from frontdesk.proving.phone.telnyx import TelnyxCalls
from frontdesk.proving.phone.twilio import TwilioCalls
from frontdesk.proving.simulator_transport import InProcess

NEWS = f"https://clinic.example.com/voice/twilio/%2B{OURS[1:]}"
CALL = "CA0123456789abcdef0123456789abcdef"
APP = "2811212257810187875"
RING = Ring(
    key="6a1f5b0e-0000-4000-8000-000000000001",
    number=PHONE,
    own=OURS,
    rings_for=timedelta(seconds=25),
    lasts=timedelta(minutes=5),
    news_to=NEWS,
)


@dataclass(kw_only=True)
class Places:
    places: PlacesCalls
    carrier: TwilioCalls | TelnyxCalls
    hands: Hands
    ours: set[str] = field(default_factory=set)

    @property
    def twilio(self) -> TwilioCalls:
        assert isinstance(self.carrier, TwilioCalls)
        return self.carrier


@asynccontextmanager
async def placing_by(name: str) -> AsyncIterator[Places]:
    hands, ours = Hands(), set[str]()
    texts = a_stand_in(name, now=hands.now)
    calls: TwilioCalls | TelnyxCalls
    if isinstance(texts, TwilioTexts):
        calls = TwilioCalls(texts, clock=hands.now)
    else:
        assert isinstance(texts, TelnyxTexts)
        calls = TelnyxCalls(texts, app=APP, webhook="http://localhost:1", callees={PHONE: Callee(picks_up=False)})

    async def known(receipts: Sequence[str]) -> frozenset[str]:
        return frozenset(receipts) & ours

    manifest, opens = carrier(name)
    given = settings_of(name, texts, "http://localhost:1") | ({"call_app": APP} if name == "telnyx" else {})
    desk = OfTheDesk(
        pace=Counted(),
        asking=Counted(),
        ours=known,
        webhook=lambda _: "",
        clock=hands,
        gate=None,
        stand_in=StandIn(pause=hands.pause, seconds=hands.seconds, transport=InProcess(calls)),
    )
    account = opens(manifest.completed(given), desk)
    assert account.telephone is not None
    assert account.telephone.placing is not None
    yield Places(places=account.telephone.placing, carrier=calls, hands=hands, ours=ours)
    if isinstance(calls, TelnyxCalls):
        await calls.close()
    await account.close()


async def test_twilio_is_asked_for_a_call_with_machine_detection_and_told_where_to_ask() -> None:
    async with placing_by("twilio") as one:
        took = await one.places.place(RING)

        [placed] = one.twilio.placed
        assert took == Accepted(receipt=placed.sid)
        assert placed.asked == {
            "To": PHONE,
            "From": OURS,
            "Url": f"{NEWS}?about=placed&placed={RING.key}",
            "StatusCallback": f"{NEWS}?about=ended&placed={RING.key}",
            "StatusCallbackEvent": "completed",
            "Timeout": "25",
            "TimeLimit": "300",
            "MachineDetection": "DetectMessageEnd",
        }


async def test_a_call_that_may_ring_is_looked_for_before_twilio_is_asked_again() -> None:
    async with placing_by("twilio") as one:
        one.twilio.breaks = 1
        with pytest.raises(OutcomeUnknown):
            await one.places.place(RING)
        tried = replace(RING, tried=one.hands.at)

        found = await one.places.place(tried)

        assert found == Accepted(receipt=one.twilio.placed[0].sid)
        assert len(one.twilio.placed) == 1


async def test_it_is_placed_again_only_where_twilio_does_not_list_it_a_minute_later() -> None:
    async with placing_by("twilio") as one:
        tried = replace(RING, tried=one.hands.at)
        with pytest.raises(OutcomeUnknown):
            await one.places.place(tried)

        one.hands.at += timedelta(seconds=61)
        took = await one.places.place(tried)

        assert took == Accepted(receipt=one.twilio.placed[0].sid)


async def test_another_call_of_ours_to_the_same_number_is_not_taken_for_it() -> None:
    async with placing_by("twilio") as one:
        other = await one.places.place(replace(RING, key="another"))
        assert isinstance(other, Accepted)
        one.ours.add(other.receipt)
        one.hands.at += timedelta(seconds=90)

        took = await one.places.place(replace(RING, tried=one.hands.at - timedelta(seconds=90)))

        assert isinstance(took, Accepted)
        assert took.receipt != other.receipt


async def test_what_twilio_refuses_is_told_apart_from_what_the_account_may_not() -> None:
    async with placing_by("twilio") as one:
        one.twilio.refuses[PHONE] = 13224
        assert await one.places.place(RING) == NotTaken(trouble=Trouble.UNKNOWN, code="13224")

        one.twilio.refuses[PHONE] = 21215
        with pytest.raises(NotPermitted, match="21215"):
            await one.places.place(RING)


async def test_telnyx_is_asked_to_dial_under_an_id_that_makes_a_repeat_none() -> None:
    async with placing_by("telnyx") as one:
        assert isinstance(one.carrier, TelnyxCalls)
        first = await one.places.place(RING)
        again = await one.places.place(replace(RING, tried=one.hands.at))

        [leg] = one.carrier.legs.values()
        assert first == again == Accepted(receipt=leg.id)
        assert (leg.to, leg.caller, leg.detection) == (PHONE, OURS, "premium")
        assert of_state(leg.state) == {"placed": RING.key}
        assert one.carrier.commands == ["dial"]


async def test_where_telnyx_may_have_forgotten_a_call_it_is_not_placed_again() -> None:
    async with placing_by("telnyx") as one:
        with pytest.raises(Refused, match="not placed a second time"):
            await one.places.place(replace(RING, tried=one.hands.at - timedelta(minutes=6)))


def a_form(about: str, **fields: str) -> Webhook:
    return Webhook(
        url=f"{NEWS}?about={about}&placed={RING.key}",
        headers={},
        body=urlencode({"CallSid": CALL, "From": OURS, "To": PHONE, **fields}).encode(),
        received=datetime(2026, 5, 26, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("word", "by"),
    [
        ("human", AnsweredBy.HUMAN),
        ("machine_start", AnsweredBy.MACHINE),
        ("machine_end_beep", AnsweredBy.MACHINE_ENDED),
        ("machine_end_silence", AnsweredBy.MACHINE_ENDED),
        ("machine_end_other", AnsweredBy.MACHINE_ENDED),
        ("fax", AnsweredBy.FAX),
        ("unknown", AnsweredBy.UNKNOWN),
        ("a word of next year's", AnsweredBy.UNKNOWN),
    ],
)
def test_whom_twilio_made_out(word: str, by: AnsweredBy) -> None:
    told = twilio.read_call(a_form("placed", CallStatus="in-progress", AnsweredBy=word))

    assert told == PlacedAnswered(call=CALL, placed=RING.key, by=by)


@pytest.mark.parametrize(
    ("status", "how"),
    [
        ("completed", Rang.COMPLETED),
        ("busy", Rang.BUSY),
        ("no-answer", Rang.NO_ANSWER),
        ("canceled", Rang.NO_ANSWER),
        ("failed", Rang.FAILED),
    ],
)
def test_how_twilio_says_that_a_call_ended(status: str, how: Rang) -> None:
    assert twilio.read_call(a_form("ended", CallStatus=status)) == PlacedEnded(call=CALL, placed=RING.key, how=how)


def test_a_status_on_the_way_tells_nothing() -> None:
    assert isinstance(twilio.read_call(a_form("ended", CallStatus="ringing")), NothingToDo)


def an_event(event: str, state: Mapping[str, str], **payload: object) -> Webhook:
    told = {"call_control_id": "v3:x", "client_state": as_state(state), **payload}
    body = json.dumps({"data": {"event_type": event, "payload": told}}).encode()
    return Webhook(url=NEWS, headers={}, body=body, received=datetime(2026, 5, 26, tzinfo=UTC))


@pytest.mark.parametrize(
    ("event", "result", "by"),
    [
        ("call.machine.premium.detection.ended", "human_residence", AnsweredBy.HUMAN),
        ("call.machine.premium.detection.ended", "human_business", AnsweredBy.HUMAN),
        ("call.machine.premium.detection.ended", "machine", AnsweredBy.MACHINE),
        ("call.machine.premium.detection.ended", "fax_detected", AnsweredBy.FAX),
        ("call.machine.premium.detection.ended", "silence", AnsweredBy.UNKNOWN),
        ("call.machine.premium.detection.ended", "not_sure", AnsweredBy.UNKNOWN),
        ("call.machine.premium.greeting.ended", "beep_detected", AnsweredBy.MACHINE_ENDED),
        ("call.machine.detection.ended", "human", AnsweredBy.HUMAN),
    ],
)
def test_whom_telnyx_made_out(event: str, result: str, by: AnsweredBy) -> None:
    told = telnyx.read_call(an_event(event, {"placed": RING.key}, result=result))

    assert told == PlacedAnswered(call="v3:x", placed=RING.key, by=by)


@pytest.mark.parametrize(
    ("cause", "how"),
    [
        ("normal_clearing", Rang.COMPLETED),
        ("time_limit", Rang.COMPLETED),
        ("user_busy", Rang.BUSY),
        ("timeout", Rang.NO_ANSWER),
        ("not_found", Rang.FAILED),
        ("unspecified", Rang.FAILED),
    ],
)
def test_how_telnyx_says_that_a_call_ended(cause: str, how: Rang) -> None:
    ended = an_event("call.hangup", {"placed": RING.key}, hangup_cause=cause)

    assert telnyx.read_call(ended) == PlacedEnded(call="v3:x", placed=RING.key, how=how)


def test_that_a_placed_call_was_answered_tells_nothing_until_it_is_known_by_whom() -> None:
    assert telnyx.read_call(an_event("call.answered", {"placed": RING.key})) == NothingToDo(what="call.answered")
    assert telnyx.read_call(an_event("call.hangup", {"ticket": "t"})) == CallOver(call="v3:x")
