"""Twilio's side of calls that the desk places, as it publishes it: the Calls resource, and the webhooks about a call.

Written from https://www.twilio.com/docs/voice/api/call-resource (parameters, status, the list, its order) and
.../docs/voice/answering-machine-detection (AnsweredBy in the request for TwiML), not from the adapter. A parameter that
is not published is refused. Guesses: the code of what is refused (20001); that a call stands in the list as soon as it
was taken, unless a test hides it; that a call which is hung up before it was made out who picked up asks for no TwiML.
"""

import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import httpx

from frontdesk.channels.sms.standing_in import Posted
from frontdesk.channels.sms.twilio.stand_in import StandIn
from frontdesk.domain.faults import Impossible
from frontdesk.proving.phone.carrying import Dialled, parameters
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
from frontdesk.standards.simulating.waiting import Clock

CREATED_BY = frozenset(
    {"To", "From", "Url", "Method", "FallbackUrl", "StatusCallback", "StatusCallbackEvent", "StatusCallbackMethod"}
    | {"Timeout", "TimeLimit", "SendDigits", "Record", "CallerId", "CallReason", "Twiml", "ApplicationSid"}
    | {"MachineDetection", "MachineDetectionTimeout", "MachineDetectionSpeechThreshold"}
    | {"MachineDetectionSpeechEndThreshold", "MachineDetectionSilenceTimeout"}
    | {"AsyncAmd", "AsyncAmdStatusCallback", "AsyncAmdStatusCallbackMethod"}
)
LISTED_BY = frozenset({"To", "From", "ParentCallSid", "Status", "StartTime>", "StartTime<", "PageSize", "Page"})
ANSWERED_BY = frozenset(
    {"human", "machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other", "fax", "unknown"}
)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(kw_only=True)
class Placed:
    """A call that was taken. `asked` are its parameters."""

    sid: str
    asked: Mapping[str, str]
    created: datetime
    status: str = "queued"


Posts = Callable[[Posted], Awaitable[httpx.Response]]
"""Carries a webhook to the desk."""


async def by_http(posted: Posted) -> httpx.Response:
    """Over the network, to a desk that listens."""
    async with httpx.AsyncClient(trust_env=False, timeout=60) as web:
        return await web.post(posted.url, content=posted.body, headers=dict(posted.headers))


class TwilioCalls:
    """A simulated Twilio with calls, as an ASGI application; texts and the rest are its stand-in's.

    `refuses` are numbers that a call to them is refused for, each with Twilio's code. `hidden` are calls that the list
    does not show yet. `breaks`: so many calls are taken, and the connection breaks before that is said.
    """

    def __init__(self, texts: StandIn, *, clock: Clock, posts: Posts = by_http) -> None:
        self.texts = texts
        self.placed: list[Placed] = []
        self.refuses: dict[str, int] = {}
        self.hidden: set[str] = set()
        self.breaks = 0
        self._clock = clock
        self._posts = posts

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises: ConnectionResetError where a connection is to break."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        if not str(scope["path"]).endswith("/Calls.json"):
            await self.texts(scope, receive, send)
            return
        request = await read_request(scope, receive)
        response = self._answer(request)
        if request.method == "POST" and response.status == 201 and self.breaks:
            self.breaks -= 1
            raise ConnectionResetError
        await send_response(send, response)

    async def picked_up(self, placed: Placed, by: str) -> httpx.Response:
        """What the desk says to a call that was picked up, once it was made out by whom. Raises: Impossible."""
        if by not in ANSWERED_BY:
            raise Impossible(f"Twilio knows no AnsweredBy {by!r}")
        placed.status = "in-progress"
        return await self._posts(self.about(placed, placed.asked["Url"], AnsweredBy=by))

    async def over(self, placed: Placed, status: str = "completed") -> httpx.Response:
        """The call has ended so: "completed", "busy", "no-answer", "failed", "canceled"."""
        placed.status = status
        return await self._posts(self.about(placed, placed.asked["StatusCallback"], CallDuration="0"))

    def about(self, placed: Placed, url: str, **told: str) -> Posted:
        """A signed webhook about a call."""
        fields = {
            "CallSid": placed.sid,
            "AccountSid": self.texts.account,
            "From": placed.asked["From"],
            "To": placed.asked["To"],
            "CallStatus": placed.status,
            "ApiVersion": "2010-04-01",
            "Direction": "outbound-api",
            **told,
        }
        return self.texts.posted(url, fields)

    def dialled(self, placed: Placed) -> Dialled:
        """The same call, for its sound."""
        return Dialled(
            url=placed.asked["Url"],
            token=self.texts.token,
            call=placed.sid,
            caller=placed.asked["From"],
            number=placed.asked["To"],
            account=self.texts.account,
        )

    def _answer(self, request: Request) -> Response:
        if request.headers.get("authorization") != self._admitted():
            return _error(401, 20003, "Authenticate")
        if request.method == "GET":
            return self._listed(dict(parse_qsl(request.query)))
        asked = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        if strange := set(asked) - CREATED_BY:
            return _error(400, 20001, f"Guess: not published here: {sorted(strange)}")
        if asked.get("MachineDetection", "Enable") not in {"Enable", "DetectMessageEnd"}:
            return _error(400, 20001, "Guess: no such machine detection")
        if asked.get("From") not in self.texts.numbers:
            return _error(400, 21210, "'From' phone number not verified")
        if _E164.fullmatch(asked.get("To", "")) is None:
            return _error(400, 21211, "Invalid 'To' Phone Number")
        if (code := self.refuses.get(asked["To"])) is not None:
            return _error(400, code, "refused, as the test wants it")
        placed = Placed(sid=f"CA{secrets.token_hex(16)}", asked=asked, created=self._clock())
        self.placed.append(placed)
        return Response(status=201, body=json.dumps(self._shown(placed)), headers={"content-type": "application/json"})

    def _listed(self, asked: Mapping[str, str]) -> Response:
        if strange := set(asked) - LISTED_BY:
            return _error(400, 20001, f"Guess: not published here: {sorted(strange)}")
        rows = [
            self._shown(one)
            for one in reversed(self.placed)
            if one.sid not in self.hidden
            and one.asked["To"] == asked.get("To", one.asked["To"])
            and one.asked["From"] == asked.get("From", one.asked["From"])
        ]
        body = json.dumps({"calls": rows[: int(asked.get("PageSize", "50"))], "next_page_uri": None})
        return Response(status=200, body=body, headers={"content-type": "application/json"})

    def _shown(self, placed: Placed) -> dict[str, object]:
        return {
            "sid": placed.sid,
            "account_sid": self.texts.account,
            "to": placed.asked["To"],
            "from": placed.asked["From"],
            "status": placed.status,
            "direction": "outbound-api",
            "date_created": format_datetime(placed.created),
            "start_time": None,
            "answered_by": None,
        }

    def _admitted(self) -> str:
        basic = httpx.BasicAuth(self.texts.account, self.texts.token)
        request = next(basic.auth_flow(httpx.Request("GET", "http://localhost")))
        return request.headers["authorization"]


def stream_of(answered: httpx.Response) -> tuple[str, dict[str, str]] | None:
    """The stream that an answer joins a call with, and what it is told along; None: it is hung up."""
    stream = ElementTree.fromstring(answered.text).find("./Connect/Stream")  # our own desk's words
    return (stream.get("url", ""), parameters(stream)) if stream is not None else None


def _error(status: int, code: int, message: str) -> Response:
    body = json.dumps({"code": code, "message": message, "status": status})
    return Response(status=status, body=body, headers={"content-type": "application/json"})
