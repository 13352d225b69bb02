"""Telnyx's webhooks about calls, as published."""

import json
from datetime import UTC, datetime

import pytest

from frontdesk.channels.voice.telnyx.media import as_state
from frontdesk.channels.voice.telnyx.reading import read_call
from frontdesk.ports.faults import Refused
from frontdesk.ports.phoning import (
    CallNews,
    CallOver,
    DialEnded,
    NothingToDo,
    PersonAnswered,
    PersonBriefed,
    PersonDeclined,
    PersonJoined,
    PersonTook,
    Ringing,
    StreamEnded,
)
from frontdesk.ports.webhook import Webhook

CALL, LEG = "v3:the-caller", "v3:the-person"


def a_webhook(event: str, **payload: object) -> Webhook:
    data = {"event_type": event, "id": "1", "record_type": "event", "payload": {"call_control_id": CALL, **payload}}
    return Webhook(
        url="https://desk.example.com/voice/telnyx/%2B15125550100",
        headers={},
        body=json.dumps({"data": data}).encode(),
        received=datetime(2026, 5, 26, tzinfo=UTC),
    )


def of_a_person(step: str = "") -> dict[str, object]:
    return {"call_control_id": LEG, "client_state": as_state({"for": CALL, **({"step": step} if step else {})})}


COMES = {"direction": "incoming", "from": "+15125550147", "to": "+15125550100"}


@pytest.mark.parametrize(
    ("event", "payload", "news"),
    [
        ("call.initiated", COMES, Ringing(call=CALL, to="+15125550100", caller="+15125550147")),
        (
            "call.initiated",
            {**COMES, "from": "anonymous"},
            Ringing(call=CALL, to="+15125550100", caller=None),
        ),
        ("call.initiated", {**COMES, "direction": "outgoing"}, NothingToDo(what="call.initiated")),
        ("call.hangup", {"client_state": as_state({"ticket": "t"})}, CallOver(call=CALL)),
        ("streaming.failed", {}, StreamEnded(call=CALL, gone=False)),
        ("streaming.stopped", {}, NothingToDo(what="streaming.stopped")),
        ("call.answered", {}, NothingToDo(what="call.answered")),
        ("call.answered", of_a_person(), PersonAnswered(call=CALL, leg=LEG)),
        ("call.gather.ended", {**of_a_person("asked"), "digits": "1"}, PersonTook(call=CALL, leg=LEG)),
        ("call.gather.ended", {**of_a_person("asked"), "digits": ""}, PersonDeclined(call=CALL, leg=LEG)),
        (
            "call.gather.ended",
            {**of_a_person("asked"), "digits": "", "status": "call_hangup"},
            NothingToDo(what="call.gather.ended"),
        ),
        ("call.playback.ended", of_a_person("asked"), NothingToDo(what="call.playback.ended")),
        ("call.playback.ended", of_a_person("briefed"), PersonBriefed(call=CALL, leg=LEG)),
        ("call.bridged", of_a_person("joined"), PersonJoined(call=CALL, leg=LEG)),
        ("call.hangup", of_a_person("joined"), DialEnded(call=CALL, joined=True, gone=False, leg=LEG)),
        ("call.hangup", of_a_person("asked"), DialEnded(call=CALL, joined=False, gone=False, leg=LEG)),
        ("9 lives", {}, NothingToDo(what="no known event")),
    ],
)
def test_each_event_is_read(event: str, payload: dict[str, object], news: CallNews) -> None:
    assert read_call(a_webhook(event, **payload)) == news


@pytest.mark.parametrize(
    "webhook", [a_webhook("call.initiated", direction="incoming"), a_webhook("call.hangup", call_control_id=None)]
)
def test_what_names_no_call_or_number_is_refused(webhook: Webhook) -> None:
    with pytest.raises(Refused):
        read_call(webhook)
