"""Telnyx's webhooks about calls. Pure.

Source: https://developers.telnyx.com/docs/voice/programmable-voice/receiving-webhooks, .../sending-commands (which
events follow which command), and the types of the official library. The end of somebody who was dialled bears in its
`client_state` whose call it is `for`, and how far they are (`step`).
"""

import json
from collections.abc import Mapping

from frontdesk.channels.voice.caller import caller_in
from frontdesk.channels.voice.telnyx.media import of_state
from frontdesk.ports.faults import Refused
from frontdesk.ports.phoning import (
    AnsweredBy,
    CallNews,
    CallOver,
    DialEnded,
    NothingToDo,
    PersonAnswered,
    PersonBriefed,
    PersonDeclined,
    PersonJoined,
    PersonTook,
    PlacedAnswered,
    PlacedEnded,
    Rang,
    Ringing,
    StreamEnded,
)
from frontdesk.ports.webhook import Webhook

TAKES = "1"
"""The key by which somebody takes a call."""
FOR, STEP = "for", "step"
PLACED = "placed"
"""Which of the calls that the desk has placed it is, in its `client_state`."""
ASKED, BRIEFED, JOINED = "asked", "briefed", "joined"
_BY = {
    "human": AnsweredBy.HUMAN,
    "human_residence": AnsweredBy.HUMAN,
    "human_business": AnsweredBy.HUMAN,
    "machine": AnsweredBy.MACHINE,
    "fax_detected": AnsweredBy.FAX,
    "silence": AnsweredBy.UNKNOWN,
    "not_sure": AnsweredBy.UNKNOWN,
}
"""Source: .../programmable-voice/answering-machine-detection, and the types of the official library."""
_HOW = {
    "normal_clearing": Rang.COMPLETED,
    "time_limit": Rang.COMPLETED,
    "user_busy": Rang.BUSY,
    "call_rejected": Rang.BUSY,
    "timeout": Rang.NO_ANSWER,
    "no_answer": Rang.NO_ANSWER,
    "originator_cancel": Rang.NO_ANSWER,
}
"""Source: the types of the official library, hangup_cause; `not_found` and `unspecified` are what is left."""


def read_call(webhook: Webhook) -> CallNews:
    """What a webhook tells that Telnyx has signed. Raises: Refused (not what was published)."""
    data = _row(_json(webhook.body).get("data"))
    kind, payload = str(data.get("event_type", "")), _row(data.get("payload"))
    id = payload.get("call_control_id")
    if not isinstance(id, str) or not id:
        raise Refused("A webhook of Telnyx's names no call.")
    state = of_state(payload.get("client_state"))
    if FOR in state:
        return _of_a_person(kind, payload, call=state[FOR], leg=id, step=state.get(STEP, ""))
    if PLACED in state and (news := _of_a_placed(kind, payload, call=id, placed=state[PLACED])) is not None:
        return news
    match kind:
        case "call.initiated" if payload.get("direction") == "incoming":
            to, caller = payload.get("to"), payload.get("from")
            if not isinstance(to, str) or not to:
                raise Refused("A webhook of Telnyx's names no number that was called.")
            return Ringing(call=id, to=to, caller=caller_in(caller if isinstance(caller, str) else ""))
        case "call.hangup":
            return CallOver(call=id)
        case "streaming.failed":
            return StreamEnded(call=id, gone=False)
        case _:
            return _nothing(kind)


def _of_a_person(kind: str, payload: Mapping[str, object], *, call: str, leg: str, step: str) -> CallNews:
    match kind:
        case "call.answered":
            return PersonAnswered(call=call, leg=leg)
        case "call.gather.ended" if payload.get("status") == "call_hangup":
            return _nothing(kind)
        case "call.gather.ended" if payload.get("digits") == TAKES:
            return PersonTook(call=call, leg=leg)
        case "call.gather.ended":
            return PersonDeclined(call=call, leg=leg)
        case "call.playback.ended" if step == BRIEFED:
            return PersonBriefed(call=call, leg=leg)
        case "call.bridged":
            return PersonJoined(call=call, leg=leg)
        case "call.hangup":
            return DialEnded(call=call, joined=step == JOINED, gone=False, leg=leg)
        case _:
            return _nothing(kind)


def _of_a_placed(kind: str, payload: Mapping[str, object], *, call: str, placed: str) -> CallNews | None:
    """What is told of a call that the desk has placed; None: what is told of any call."""
    match kind, payload.get("result"):
        case (("call.machine.premium.detection.ended" | "call.machine.detection.ended"), str(result)):
            return PlacedAnswered(call=call, placed=placed, by=_BY.get(result, AnsweredBy.UNKNOWN))
        case (("call.machine.premium.greeting.ended" | "call.machine.greeting.ended"), "beep_detected"):
            return PlacedAnswered(call=call, placed=placed, by=AnsweredBy.MACHINE_ENDED)
        case "call.hangup", _:
            return PlacedEnded(call=call, placed=placed, how=_HOW.get(str(payload.get("hangup_cause")), Rang.FAILED))
        case _:
            return None


def _nothing(kind: str) -> NothingToDo:
    known = kind.replace(".", "").replace("_", "").isalpha() and len(kind) < 40
    return NothingToDo(what=kind if known else "no known event")


def _json(body: bytes) -> Mapping[str, object]:
    try:
        return _row(json.loads(body))
    except (ValueError, RecursionError):
        raise Refused("A webhook of Telnyx's about a call is no JSON.") from None


def _row(raw: object) -> Mapping[str, object]:
    return raw if isinstance(raw, dict) else {}
