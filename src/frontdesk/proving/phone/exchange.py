"""What Twilio does with a call whose stream the desk has closed, as it publishes it: it asks, dials, and asks again.

Source: https://www.twilio.com/docs/voice/twiml/connect (action), .../dial (action, DialCallStatus, DialBridged),
.../number (url: played to the called party before both are joined), .../gather. A guess: that a leg which hangs up
while it is asked to take the call counts as `completed` and not bridged.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

import httpx

from frontdesk.domain.faults import Impossible
from frontdesk.proving.phone.carrying import Dialled, ask, parameters


@dataclass(kw_only=True)
class Callee:
    """Somebody whose phone rings. `presses` is the key after the first sound; None: they say nothing, as a machine.

    `heard` are the sounds that were played to them, as WAV.
    """

    picks_up: bool = True
    presses: str | None = "1"
    heard: list[bytes] = field(default_factory=list)
    rang_for: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejoined:
    """The desk has the caller again, by this stream."""

    stream: str
    given: dict[str, str] = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class HungUp:
    """The call is over. `spoke_with`: the number whose holder the caller had spoken with, None: nobody's."""

    spoke_with: str | None


async def after_stream(
    dialled: Dialled, callees: Mapping[str, Callee], *, action: str | None = None, hangs_up: bool = False
) -> Rejoined | HungUp:
    """What becomes of a call whose stream has ended. `hangs_up`: the caller does while it rings for them.

    Raises: NotTaken, Impossible (the desk wants a number dialled that nobody has).
    """
    told = await ask(dialled, action or f"{dialled.url}?about=left")
    for _ in range(20):
        if (stream := told.find("./Connect/Stream")) is not None:
            return Rejoined(stream=stream.get("url", ""), given=parameters(stream))
        dial = told.find("./Dial")
        if dial is None:
            return HungUp(spoke_with=None)
        number = dial.findtext("./Number", "").strip()
        if number not in callees:
            raise Impossible(f"the desk wants {number!r} dialled, which is nobody's")
        callees[number].rang_for = float(dial.get("timeout", "30"))
        spoke = False if hangs_up else await _rings(dialled, callees[number], number, dial)
        status = "completed" if callees[number].picks_up and not hangs_up else "canceled" if hangs_up else "no-answer"
        told = await ask(
            dialled,
            dial.get("action", ""),
            DialCallStatus=status,
            DialBridged="true" if spoke else "false",
            CallStatus="completed" if hangs_up else "in-progress",
        )
        if told.find("./Hangup") is not None:
            return HungUp(spoke_with=number if spoke else None)
    raise Impossible("the desk has a call dialled on for ever")


async def _rings(dialled: Dialled, callee: Callee, number: str, dial: ElementTree.Element) -> bool:
    """Whether they and the caller heard each other in the end."""
    screen = dial.find("./Number")
    assert screen is not None
    if not callee.picks_up:
        return False
    leg = {"CallSid": f"CA{secrets.token_hex(16)}", "ParentCallSid": dialled.call, "To": number}
    told = await ask(dialled, screen.get("url", ""), **leg)
    for _ in range(5):
        await _play(callee, told)
        gather = told.find("./Gather")
        if told.find("./Hangup") is not None and (gather is None or callee.presses is None):
            return False
        if gather is None:
            return True
        told = await ask(dialled, gather.get("action", ""), Digits=callee.presses or "", **leg)
    raise Impossible("the desk asks somebody to press keys for ever")


async def _play(callee: Callee, told: ElementTree.Element) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as carrier:
        for play in told.iter("Play"):
            answered = await carrier.get((play.text or "").strip())
            if answered.status_code == 200:
                callee.heard.append(answered.content)
