"""Telnyx's side of calls, as it publishes it: signed webhooks, commands to calls, the stream of a call's sound.

Written from https://developers.telnyx.com/docs/voice/programmable-voice (receiving webhooks, sending commands, media
streaming) and .../api-reference/call-commands, and from the types of the official library (telnyx-python, types/calls
and types/call_dial_params), not from the adapter. A command or a field that is not published is refused by 422.
Guesses: the words of what is refused; that a stream whose socket we close ends without ending the call; that a call
that was hung up refuses commands by 90018.
"""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx
from websockets.asyncio.client import ClientConnection, connect

from frontdesk.channels.sms.standing_in import Posted
from frontdesk.channels.sms.telnyx.stand_in import StandIn
from frontdesk.domain.faults import Impossible
from frontdesk.proving.phone.carrying import Phone, StreamNames
from frontdesk.proving.phone.exchange import Callee
from frontdesk.standards.simulating.http import (
    Message,
    Receive,
    Request,
    Response,
    Send,
    live,
    read_request,
    send_response,
)

_STREAM = frozenset(
    {"stream_url", "stream_track", "stream_codec", "stream_bidirectional_mode", "stream_bidirectional_codec"}
    | {"stream_bidirectional_sampling_rate", "stream_bidirectional_target_legs", "stream_auth_token"}
)
_ALL = frozenset({"client_state", "command_id"})
COMMANDS: Mapping[str, frozenset[str]] = {
    "answer": _ALL | _STREAM | {"webhook_url", "webhook_url_method", "send_silence_when_idle", "preferred_codecs"},
    "reject": _ALL | {"cause"},
    "hangup": _ALL,
    "streaming_start": _ALL | _STREAM | {"custom_parameters"},
    "streaming_stop": _ALL,
    "playback_start": _ALL | {"audio_url", "loop", "overlay", "stop", "target_legs", "cache_audio", "audio_type"},
    "playback_stop": _ALL | {"stop", "overlay"},
    "gather_using_audio": _ALL
    | {"audio_url", "maximum_digits", "minimum_digits", "maximum_tries", "timeout_millis", "valid_digits"}
    | {"inter_digit_timeout_millis", "terminating_digit", "invalid_audio_url"},
    "bridge": _ALL | {"call_control_id", "park_after_unbridge", "play_ringtone", "prevent_double_bridge", "mute_dtmf"},
}
DIAL = (
    _ALL
    | _STREAM
    | {
        "connection_id",
        "to",
        "from",
        "timeout_secs",
        "webhook_url",
        "webhook_url_method",
        "link_to",
        "from_display_name",
        "answering_machine_detection",
        "time_limit_secs",
    }
)
NAMES = StreamNames(number="sequence_number", stream="stream_id")


@dataclass(kw_only=True)
class Leg:
    """One end of a call."""

    id: str
    caller: str
    to: str
    incoming: bool
    webhook: str
    state: str | None = None
    answered: bool = False
    over: bool = False
    bridged: str | None = None
    done: set[str] = field(default_factory=set)
    looping: str | None = None
    detection: str = "disabled"


class TelnyxCalls:
    """A simulated Telnyx with calls, as an ASGI application; texts and the rest are its stand-in's.

    `callees` are whose phones ring for which number. `stream` opens anew for each stream that the desk asks for.
    """

    def __init__(self, texts: StandIn, *, app: str, webhook: str, callees: Mapping[str, Callee] | None = None) -> None:
        self.texts = texts
        self.app = app
        self.webhook = webhook
        self.callees = dict(callees or {})
        self.detects: dict[str, str] = {}
        """What answering machine detection makes out at a number, where it is asked for."""
        self.causes: dict[str, str] = {}
        """The `hangup_cause` of a number that is not picked up."""
        self.legs: dict[str, Leg] = {}
        self.commands: list[str] = []
        self.answers: list[int] = []
        self.phones: asyncio.Queue[Phone] = asyncio.Queue()
        self.bridged = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sockets: list[ClientConnection] = []

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        if not str(scope["path"]).startswith("/v2/calls"):
            await self.texts(scope, receive, send)
            return
        request = await read_request(scope, receive)
        await send_response(send, self._told(request))

    async def close(self) -> None:
        """Stop whatever is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in self._sockets:
            await socket.close()

    async def ring(self, caller: str, number: str) -> Leg:
        """A call that comes in. Raises: Impossible (the desk does not take its webhook)."""
        leg = Leg(id=f"v3:{secrets.token_urlsafe(24)}", caller=caller, to=number, incoming=True, webhook=self.webhook)
        self.legs[leg.id] = leg
        status = await self.post(leg, "call.initiated", state="parked", direction="incoming")
        if status not in {200, 204}:
            raise Impossible(f"the webhook of a call that comes in was answered {status}")
        return leg

    async def hangs_up(self, leg: Leg) -> None:
        """Whoever is at that end hangs up."""
        leg.over = True
        await self.post(leg, "call.hangup", hangup_cause="normal_clearing", hangup_source="caller", state="hangup")
        other = self.legs.get(leg.bridged or "")
        if other is not None and not other.over:  # "if not set, the default behavior is to hang up the leg"
            other.over = True
            await self.post(other, "call.hangup", hangup_cause="normal_clearing", state="hangup")

    async def post(self, leg: Leg, event: str, **told: object) -> int:
        """The status that a signed webhook about an end of a call is answered with."""
        return await self.send(self.event(leg, event, **told))

    def event(self, leg: Leg, event: str, **told: object) -> Posted:
        """The webhook, signed."""
        payload = {
            "call_control_id": leg.id,
            "call_leg_id": f"leg of {leg.id}",
            "call_session_id": "the session",
            "connection_id": self.app,
            "client_state": leg.state,
            "from": leg.caller,
            "to": leg.to,
            **told,
        }
        return self.texts.event(event, payload, leg.webhook)

    async def send(self, posted: Posted) -> int:
        """The status of a webhook as it stands."""
        async with httpx.AsyncClient(trust_env=False, timeout=60) as web:
            answered = await web.post(posted.url, content=posted.body, headers=dict(posted.headers))
        self.answers.append(answered.status_code)
        return answered.status_code

    def _told(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.texts.key}":
            return _errors(401, "10009", "Authentication failed")
        asked = json.loads(request.body or b"{}")
        if request.path == "/v2/calls":
            return self._dial(asked)
        _, _, _, call, _, command = request.path.split("/")
        leg, known = self.legs.get(call), COMMANDS.get(command)
        if leg is None:
            return _errors(404, "10005", "Resource not found")
        if known is None or not set(asked) <= known:
            return _errors(422, "10015", f"Guess: not published for {command}: {sorted(set(asked) - (known or set()))}")
        if leg.over:
            return _errors(422, "90018", "Call has already ended")
        once = f"{command} {asked.get('command_id', secrets.token_hex(8))}"
        if once not in leg.done:
            leg.done.add(once)
            self.commands.append(command)
            leg.state = asked.get("client_state", leg.state)
            self._begin(leg, command, asked)
        return _json({"data": {"result": "ok"}})

    def _dial(self, asked: Mapping[str, object]) -> Response:
        if not set(asked) <= DIAL or not {"connection_id", "to", "from"} <= set(asked):
            return _errors(422, "10015", "Guess: a field that is not published, or one missing")
        if asked["connection_id"] != self.app or asked["from"] not in self.texts.numbers:
            return _errors(422, "10015", "Guess: no such application, or a number that is not the account's")
        known = next((leg for leg in self.legs.values() if f"dial {asked.get('command_id')}" in leg.done), None)
        if known is None:
            known = Leg(
                id=f"v3:{secrets.token_urlsafe(24)}",
                caller=str(asked["from"]),
                to=str(asked["to"]),
                incoming=False,
                webhook=str(asked.get("webhook_url") or self.webhook),
                state=str(asked["client_state"]) if "client_state" in asked else None,
                done={f"dial {asked.get('command_id')}"},
                detection=str(asked.get("answering_machine_detection", "disabled")),
            )
            self.legs[known.id] = known
            self.commands.append("dial")
            seconds = asked.get("timeout_secs", 30)
            assert isinstance(seconds, int)
            self._spawn(self._ring_out(known, seconds))
        return _json({"data": {"record_type": "call", "call_control_id": known.id, "is_alive": False}})

    def _begin(self, leg: Leg, command: str, asked: Mapping[str, object]) -> None:
        match command:
            case "answer":
                self._spawn(self._answered(leg, asked))
            case "streaming_start":
                self._spawn(self._stream(leg, asked))
            case "reject":
                leg.over = True
                self._spawn(self._say(leg, "call.hangup", hangup_cause="call_rejected", state="hangup"))
            case "hangup":
                self._spawn(self.hangs_up(leg))
            case "playback_start":
                self._spawn(self._play(leg, asked))
            case "playback_stop":
                leg.looping = None
            case "gather_using_audio":
                self._spawn(self._gather(leg, asked))
            case "bridge":
                self._spawn(self._bridge(leg, self.legs[str(asked["call_control_id"])]))
            case _:
                pass

    async def _answered(self, leg: Leg, asked: Mapping[str, object]) -> None:
        leg.answered = True
        leg.webhook = str(asked.get("webhook_url") or leg.webhook)
        await self._say(leg, "call.answered")
        if "stream_url" in asked:
            await self._stream(leg, asked)

    async def _stream(self, leg: Leg, asked: Mapping[str, object]) -> None:
        picked_up, stream = time.monotonic(), secrets.token_hex(16)
        socket = await connect(str(asked["stream_url"]), compression=None, open_timeout=60)
        self._sockets.append(socket)
        await socket.send(json.dumps({"event": "connected", "version": "1.0.0"}))
        start = {
            "user_id": "3e6f995f-85f7-4705-9741-53b116d28237",
            "call_control_id": leg.id,
            "call_session_id": "the session",
            "from": leg.caller,
            "to": leg.to,
            "client_state": leg.state,
            "media_format": {"encoding": "PCMU", "sample_rate": 8000, "channels": 1},
        }
        await socket.send(json.dumps({"event": "start", "sequence_number": "1", "start": start, "stream_id": stream}))
        phone = Phone(socket, stream, lambda: time.monotonic() - picked_up, NAMES)
        await self.phones.put(phone)
        await self._say(leg, "streaming.started", stream_url=str(asked["stream_url"]))
        await phone.carry()

    async def _ring_out(self, leg: Leg, seconds: int) -> None:
        callee = self.callees.get(leg.to)
        if callee is None:
            raise Impossible(f"the desk wants {leg.to!r} dialled, which is nobody's")
        callee.rang_for = float(seconds)
        await self._say(leg, "call.initiated", state="bridging", direction="outgoing")
        if callee.picks_up:
            leg.answered = True
            await self._say(leg, "call.answered")
            if (result := self.detects.get(leg.to)) is not None and leg.detection == "premium":
                await self._say(leg, "call.machine.premium.detection.ended", result=result)
        else:
            leg.over = True
            cause = self.causes.get(leg.to, "timeout")
            await self._say(leg, "call.hangup", hangup_cause=cause, state="hangup")

    async def _play(self, leg: Leg, asked: Mapping[str, object]) -> None:
        sound = await _fetched(str(asked["audio_url"]))
        if leg.to in self.callees and not leg.incoming:
            self.callees[leg.to].heard.append(sound)
        if asked.get("loop") == "infinity":
            leg.looping = str(asked["audio_url"])
            return
        await self._say(leg, "call.playback.ended", status="completed", media_url=str(asked["audio_url"]))

    async def _gather(self, leg: Leg, asked: Mapping[str, object]) -> None:
        callee = self.callees[leg.to]
        callee.heard.append(await _fetched(str(asked["audio_url"])))
        await self._say(leg, "call.playback.ended", status="completed", media_url=str(asked["audio_url"]))
        valid = callee.presses is not None and callee.presses in str(asked.get("valid_digits", "0123456789#*"))
        digits = callee.presses or ""
        await self._say(leg, "call.gather.ended", digits=digits, status="valid" if valid else "invalid")

    async def _bridge(self, leg: Leg, other: Leg) -> None:
        leg.bridged, other.bridged = other.id, leg.id
        for one in (leg, other):
            await self._say(one, "call.bridged")
        self.bridged.set()

    async def _say(self, leg: Leg, event: str, **told: object) -> None:
        await self.post(leg, event, **told)

    def _spawn(self, doing: object) -> None:
        assert asyncio.iscoroutine(doing)
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(doing)
        self._tasks.add(task)


def state_of(leg: Leg) -> dict[str, object]:
    """What the desk has put into `client_state`."""
    found: dict[str, object] = json.loads(base64.b64decode(leg.state or "e30="))
    return found


async def _fetched(url: str) -> bytes:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as web:
        answered = await web.get(url)
    return answered.content if answered.status_code == 200 else b""


def _json(body: object) -> Response:
    return Response(status=200, body=json.dumps(body), headers={"content-type": "application/json"})


def _errors(status: int, code: str, title: str) -> Response:
    body = json.dumps({"errors": [{"code": code, "title": title, "detail": title}]})
    return Response(status=status, body=body, headers={"content-type": "application/json"})
