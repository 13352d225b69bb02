"""A small Telnyx behind the HTTP surface that it publishes: messages, profiles, numbers, look-up; signed webhooks.

Written from https://developers.telnyx.com/api-reference (messages, messaging profiles, 10DLC, number look-up), from
.../docs/messaging/messages/receiving-webhooks and .../docs/development/api-fundamentals/idempotency, not from the
client beside it. A path, field or header that is not published is refused. Guesses are named so.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from frontdesk.channels.sms.segments import segments
from frontdesk.channels.sms.standing_in import InItsWords, Posted, struck
from frontdesk.standards.simulating.faults import Faults
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
from frontdesk.standards.simulating.waiting import Clock, Wait, sleep

STOPS = ("STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT")
STARTS = ("START", "UNSTOP")
SENT_FIELDS = frozenset(
    {"to", "from", "text", "messaging_profile_id", "auto_detect", "encoding", "media_urls", "send_at", "subject"}
    | {"type", "use_profile_webhooks", "webhook_failover_url", "webhook_url"}
)
RECORDED_BY = frozenset(
    {"filter[record_type]", "filter[direction]", "filter[cld]", "filter[created_at][gte]", "filter[created_at][lt]"}
    | {"sort", "page[number]", "page[size]"}
)
SHOWN_FOR = timedelta(days=10)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_KEY = re.compile(r"[A-Za-z0-9_:-]{1,255}")
_NAMES = UUID("6f7b0c8e-7d0c-4f53-9a5d-0e3a1c7b4d11")


def _errors(code: str, title: str, detail: str = "") -> str:
    meta = {"url": f"https://developers.telnyx.com/docs/overview/errors/{code}"}
    return json.dumps({"errors": [{"code": code, "title": title, "detail": detail or title, "meta": meta}]})


WORDS = InItsWords(
    too_many=_errors("10011", "Too many requests"),
    broken=_errors("10007", "Unexpected error"),
    key_refused=_errors("10009", "Authentication failed"),
)


@dataclass(kw_only=True)
class Sent:
    """A message that Telnyx has."""

    id: str
    to: str
    sender: str
    text: str
    created: datetime
    webhook: str | None
    status: str = "queued"


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """A message that came in, as it is shown when asked for."""

    made: datetime
    payload: Mapping[str, object]

    @property
    def id(self) -> str:
        """Its id, which its detail record calls uuid."""
        return str(self.payload["id"])


class Refused(Exception):
    """An answer of 400 or more."""

    def __init__(self, status: int, code: str, title: str) -> None:
        super().__init__(title)
        self.response = Response(status=status, body=_errors(code, title), headers={"content-type": "application/json"})


class StandIn:
    """A simulated Telnyx with one account and one messaging profile, as an ASGI application.

    `numbers` are those of the profile. `refuses` are numbers that a message to them is refused for, `bounces` those to
    which it is taken and not delivered, each with Telnyx's code; `lines` are types as Number Lookup names them.
    """

    def __init__(self, *, key: str, profile: str, clock: Clock, wait: Wait = sleep) -> None:
        self.key = key
        self.profile = profile
        self.faults = Faults()
        self.numbers: list[str] = []
        self.campaigns: dict[str, str] = {}
        self.refuses: dict[str, str] = {}
        self.bounces: dict[str, str] = {}
        self.lines: dict[str, str] = {}
        self.blocked: set[str] = set()
        self.sent: list[Sent] = []
        self.received: list[Received] = []
        self.unshown: set[str] = set()
        """Messages whose words are not shown: the detail record alone tells of them."""
        self.heard: list[str] = []
        self.enabled = True
        self.webhook: str | None = None
        self.failover: str | None = None
        self.most_rows = 50
        self.version = "2"
        self.stops: tuple[str, ...] = ()
        self._private = Ed25519PrivateKey.generate()
        self._replays: dict[str, tuple[bytes, Response]] = {}
        self._clock = clock
        self._wait = wait
        self._came = 0

    @property
    def public_key(self) -> str:
        """The account's key for webhooks, as the portal shows it: base64 of 32 octets."""
        return base64.b64encode(self._private.public_key().public_bytes_raw()).decode()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises: ConnectionResetError where a fault breaks the connection instead."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        request = await read_request(scope, receive)
        call = f"{request.method} {self._template(request.path)}"
        self.heard.append(call)
        fault = self.faults.due(call)
        await send_response(
            send, await struck(fault, lambda: self._answer(request), WORDS, wait=self._wait, receive=receive)
        )

    def text_in(self, sender: str, to: str, body: str, *, media: int = 0) -> Posted:
        """A text that somebody sends to a number. Telnyx tells what it took it for in `autoresponse_type`."""
        self._came += 1
        word = body.strip().upper()
        took = "STOP" if word in STOPS else "START" if word in STARTS else "HELP" if word == "HELP" else None
        if took == "STOP":
            self.blocked.add(sender)
        elif took == "START":
            self.blocked.discard(sender)
        payload: dict[str, object] = {
            "id": str(uuid5(_NAMES, f"in {self._came}")),
            "record_type": "message",
            "direction": "inbound",
            "type": "SMS",
            "messaging_profile_id": self.profile,
            "from": {"phone_number": sender, "carrier": "An invented carrier", "line_type": "Wireless"},
            "to": [{"phone_number": to, "carrier": "Telnyx", "line_type": "Wireless", "status": "webhook_delivered"}],
            "cc": [],
            "text": body,
            "media": [{"url": "https://media.example.com/1.jpg", "content_type": "image/jpeg"}] * media,
            "encoding": segments(body).encoding.value,
            "parts": segments(body).count,
            "errors": [],
            "received_at": self._clock().isoformat(),
        }
        if took is not None:
            payload["autoresponse_type"] = took
        self.received.append(Received(made=self._clock(), payload=payload))
        return self.event("message.received", payload, self.webhook or "")

    def receipt(self, sent: Sent, event: str = "message.finalized", status: str | None = None) -> Posted:
        """The event of a message of ours: as it ends, or that step of its way."""
        code = self.bounces.get(sent.to)
        became = status or ("sent" if event == "message.sent" else "delivery_failed" if code else "delivered")
        errors = [{"code": code, "title": "As the test wants it"}] if code and "failed" in became else []
        payload: dict[str, object] = {
            **self._shown(sent),
            "to": [{"phone_number": sent.to, "status": became, "carrier": "", "line_type": "Wireless"}],
            "errors": errors,
        }
        return self.event(event, payload, sent.webhook or self.webhook or "")

    def event(self, kind: str, payload: Mapping[str, object], url: str, *, at: datetime | None = None) -> Posted:
        """An event, signed: Ed25519 over the seconds, a bar and the body."""
        self._came += 1
        data = {
            "event_type": kind,
            "id": str(uuid5(_NAMES, f"event {self._came}")),
            "occurred_at": self._clock().isoformat(),
            "payload": payload,
            "record_type": "event",
        }
        body = json.dumps({"data": data, "meta": {"attempt": 1, "delivered_to": url}}).encode()
        seconds = str(int((at or self._clock()).timestamp()))
        signature = base64.b64encode(self._private.sign(seconds.encode() + b"|" + body)).decode()
        return Posted(
            url=url,
            headers={
                "telnyx-signature-ed25519": signature,
                "telnyx-timestamp": seconds,
                "content-type": "application/json",
            },
            body=body,
        )

    def _template(self, path: str) -> str:
        path = re.sub(r"/messages/[0-9a-f-]{36}$", "/messages/{id}", path)
        return re.sub(r"/\+[0-9]+", "/{number}", path.replace(self.profile, "{profile}"))

    def _answer(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return Refused(401, "10009", "Authentication failed").response
        replay = request.headers.get("idempotency-key")
        try:
            if replay is not None and request.method == "POST":
                return self._once(replay, request)
            return self._told(request)
        except Refused as refused:
            return refused.response

    def _once(self, key: str, request: Request) -> Response:
        """Only what went well is replayed; another body under a known key is refused by 422."""
        if not _KEY.fullmatch(key):
            raise Refused(400, "10015", "Guess: an Idempotency-Key of other letters")
        known = self._replays.get(key)
        if known is not None and known[0] != request.body:
            raise Refused(422, "10015", "Guess: the words for a key that was used with another body")
        if known is None:
            known = self._replays[key] = (request.body, self._told(request))
        return known[1]

    def _told(self, request: Request) -> Response:
        asked = dict(parse_qsl(request.query, keep_blank_values=True))
        match request.method, self._template(request.path):
            case "POST", "/v2/messages":
                data = self._create(request)
            case "GET", "/v2/messages/{id}":
                data = self._message(request.path.rsplit("/", 1)[1], asked)
            case "GET", "/v2/detail_records":
                return self._records(asked)
            case "GET", "/v2/messaging_profiles/{profile}":
                data = self._the_profile(asked)
            case "GET", "/v2/messaging_profiles/{profile}/phone_numbers":
                _only(asked, {"page[number]", "page[size]"})
                return _page([{"phone_number": one, "messaging_profile_id": self.profile} for one in self.numbers])
            case "GET", "/v2/messaging_profiles/{profile}/autoresp_configs":
                _only(asked, {"country_code", "created_at[gte]", "created_at[lte]"})
                row: dict[str, object] = {"op": "stop", "keywords": list(self.stops), "country_code": "US"}
                return _page([row] if self.stops else [])
            case "GET", "/v2/10dlc/phone_number_campaigns/{number}":
                return self._campaign(request.path.rsplit("/", 1)[1])
            case "GET", "/v2/number_lookup/{number}":
                data = self._looked_up(request.path.rsplit("/", 1)[1], asked)
            case _:
                raise Refused(404, "10005", "Resource not found")
        return _json({"data": data})

    def _create(self, request: Request) -> dict[str, object]:
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise Refused(415, "10014", "Unsupported Media Type")
        asked = json.loads(request.body)
        _only(asked, SENT_FIELDS)
        to, sender, text = str(asked.get("to", "")), str(asked.get("from", "")), str(asked.get("text", ""))
        if not text:
            raise Refused(400, "40316", "No content provided")
        if not _E164.fullmatch(to):
            raise Refused(400, "40310", "Invalid 'to' address")
        if sender not in self.numbers:
            raise Refused(400, "40305", "Invalid 'from' address")
        if not self.enabled:
            raise Refused(400, "40312", "Messaging profile is disabled")
        if to in self.blocked:
            raise Refused(400, "40300", "Blocked due to STOP message")
        if to in self.refuses:
            raise Refused(400, self.refuses[to], "As the test wants it")
        sent = Sent(
            id=str(uuid5(_NAMES, f"out {len(self.sent)}")),
            to=to,
            sender=sender,
            text=text,
            created=self._clock(),
            webhook=asked.get("webhook_url"),
        )
        self.sent.append(sent)
        return self._shown(sent)

    def _shown(self, sent: Sent) -> dict[str, object]:
        return {
            "id": sent.id,
            "record_type": "message",
            "direction": "outbound",
            "type": "SMS",
            "messaging_profile_id": self.profile,
            "from": {"phone_number": sent.sender, "carrier": "Telnyx", "line_type": "Wireless"},
            "to": [{"phone_number": sent.to, "status": sent.status, "carrier": "", "line_type": "Wireless"}],
            "text": sent.text,
            "encoding": segments(sent.text).encoding.value,
            "parts": segments(sent.text).count,
            "errors": [],
            "received_at": sent.created.isoformat(),
            "sent_at": None,
            "completed_at": None,
            "webhook_url": sent.webhook,
        }

    def _message(self, id: str, asked: Mapping[str, str]) -> dict[str, object]:
        """As https://developers.telnyx.com/api-reference/messages/retrieve-a-message: none older than ten days."""
        _only(asked, frozenset())
        for one in self.sent:
            if one.id == id:
                return self._shown(one)
        for came in self.received:
            if came.id == id and id not in self.unshown and self._clock() - came.made < SHOWN_FOR:
                return dict(came.payload)
        raise Refused(404, "10005", "Resource not found")

    def _records(self, asked: Mapping[str, str]) -> Response:
        """As https://developers.telnyx.com/api-reference/detail-records/search-detail-records: days, and no words."""
        _only(asked, RECORDED_BY)
        if asked.get("filter[record_type]") != "messaging":
            raise Refused(400, "10015", "filter[record_type] must be specified")
        since = asked.get("filter[created_at][gte]", "0001-01-01")
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", since):
            raise Refused(400, "10015", "Guess: no day, and is refused.")
        rows = [
            {
                "record_type": "message_detail_record",
                "uuid": came.id,
                "direction": "inbound",
                "cli": _number(came.payload["from"]),
                "cld": _number(came.payload["to"]),
                "created_at": came.made.isoformat().replace("+00:00", "Z"),
                "message_type": "SMS",
                "status": "received",
                "profile_id": self.profile,
            }
            for came in sorted(self.received, key=lambda one: one.made)
            if came.made.date().isoformat() >= since
        ]
        rows = [
            row
            for row in rows
            if asked.get("filter[cld]", row["cld"]) == row["cld"]
            and asked.get("filter[direction]", "inbound") == "inbound"
        ]
        if asked.get("sort") == "-created_at":
            rows.reverse()
        size = min(int(asked.get("page[size]", "20")), self.most_rows)
        number = int(asked.get("page[number]", "1"))
        meta = {
            "page_number": number,
            "page_size": size,
            "total_pages": -(-len(rows) // size),
            "total_results": len(rows),
        }
        return _json({"data": rows[(number - 1) * size : number * size], "meta": meta})

    def _the_profile(self, asked: Mapping[str, str]) -> dict[str, object]:
        _only(asked, frozenset())
        return {
            "record_type": "messaging_profile",
            "id": self.profile,
            "enabled": self.enabled,
            "webhook_url": self.webhook,
            "webhook_failover_url": self.failover,
            "webhook_api_version": self.version,
        }

    def _campaign(self, number: str) -> Response:
        if number not in self.campaigns:
            raise Refused(404, "10005", "Resource not found")
        return _json({"phoneNumber": number, "campaignId": "4b30a5e0", "assignmentStatus": self.campaigns[number]})

    def _looked_up(self, number: str, asked: Mapping[str, str]) -> dict[str, object]:
        _only(asked, {"type"})
        carrier = {"type": self.lines.get(number), "name": "An invented carrier", "error_code": None}
        return {"record_type": "number_lookup", "phone_number": number, "carrier": carrier}


def _number(party: object) -> str:
    first = party[0] if isinstance(party, list) else party
    return str(first["phone_number"]) if isinstance(first, dict) else ""


def _only(asked: Mapping[str, object], known: frozenset[str] | set[str]) -> None:
    for name in asked:
        if name not in known:
            raise Refused(422, "10015", f"Guess: {name} is not published here, and is refused.")


def _page(rows: list[dict[str, object]]) -> Response:
    meta = {"page_number": 1, "page_size": 250, "total_pages": 1, "total_results": len(rows)}
    return _json({"data": rows, "meta": meta})


def _json(body: object) -> Response:
    return Response(status=200, body=json.dumps(body), headers={"content-type": "application/json"})
