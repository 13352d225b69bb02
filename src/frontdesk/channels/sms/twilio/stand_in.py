"""A small Twilio behind the HTTP surface that it publishes: messages, numbers, services, look-up; signed webhooks.

Written from https://www.twilio.com/docs/messaging/api (Messages, Services), .../phone-numbers/api,
.../lookup/v2-api and .../api/errors, not from the client beside it. A path, field or header that is not published is
refused. One stand-in plays api., messaging. and lookups.twilio.com, whose paths differ. Guesses are named so.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlencode

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

STOPS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
STARTS = ("START", "YES", "UNSTOP")
SENT_FIELDS = frozenset(
    {"To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ApplicationSid", "MaxPrice", "ProvideFeedback"}
    | {"Attempt", "ValidityPeriod", "ForceDelivery", "ContentRetention", "AddressRetention", "SmartEncoded"}
    | {"PersistentAction", "TrafficType", "ShortenUrls", "ScheduleType", "SendAt", "SendAsMms", "ContentVariables"}
    | {"RiskCheck", "MediaUrl", "ContentSid"}
)
LISTED_BY = frozenset({"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"})
NUMBERED_BY = frozenset({"PhoneNumber", "FriendlyName", "Beta", "Origin", "PageSize", "Page", "PageToken"})
LONGEST = 1600
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_ROOT = "/2010-04-01/Accounts"


def _error(code: int, message: str, status: int) -> str:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return json.dumps({"code": code, "message": message, "more_info": more, "status": status})


WORDS = InItsWords(
    too_many=_error(20429, "Too Many Requests", 429),
    broken=_error(20500, "Internal Server Error", 500),
    key_refused=_error(20003, "Authenticate", 401),
)


@dataclass(kw_only=True)
class Sent:
    """A message that Twilio has."""

    sid: str
    to: str
    sender: str
    body: str
    created: datetime
    service: str | None
    callback: str | None
    status: str
    code: int | None = None


@dataclass(kw_only=True)
class Received:
    """A message that came in. `made` is in whole seconds."""

    sid: str
    to: str
    sender: str
    body: str
    made: datetime
    service: str | None
    media: int = 0
    status: str = "received"


@dataclass(kw_only=True)
class Service:
    """A messaging service. `registered`: its 10DLC campaign's status, None where it has none."""

    sid: str
    numbers: list[str] = field(default_factory=list)
    inbound: str | None = None
    uses_numbers_webhook: bool = True
    campaign: str | None = "VERIFIED"
    stops: tuple[str, ...] = ()


class Refused(Exception):
    """An answer of 400 or more."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.response = Response(
            status=status, body=_error(code, message, status), headers={"content-type": "application/json"}
        )


class StandIn:
    """A simulated Twilio with one account, as an ASGI application.

    `numbers` are the account's own with the address of their webhook. `refuses` are numbers that a message to them is
    refused for, `bounces` those to which it is taken and not delivered, each with Twilio's code; `lines` are line
    types as Lookup names them. `blocked` holds (ours, theirs).
    """

    def __init__(self, *, account: str, token: str, clock: Clock, wait: Wait = sleep) -> None:
        self.account = account
        self.token = token
        self.faults = Faults()
        self.numbers: dict[str, str] = {}
        self.services: dict[str, Service] = {}
        self.refuses: dict[str, int] = {}
        self.bounces: dict[str, int] = {}
        self.lines: dict[str, str] = {}
        self.blocked: set[tuple[str, str]] = set()
        self.sent: list[Sent] = []
        self.received: list[Received] = []
        self.heard: list[str] = []
        self.texts_capable = True
        self.active = True
        self.hides_keywords = False
        """Whether a text that is a keyword is not handed on at all, as where a service handles it alone."""
        self.hidden: set[str] = set()
        """Messages that the list does not show yet."""
        self.most_rows = 1000
        """The longest page of a list."""
        self.redacts = False
        """Whether the words of messages are struck out. Guess: the list then shows none."""
        self._clock = clock
        self._wait = wait
        self._came = 0

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

    def text_in(self, sender: str, to: str, body: str, *, media: int = 0) -> Posted | None:
        """A text that somebody sends to a number; None where Twilio keeps it to itself. The list has it either way."""
        self._came += 1
        service = self._service_of(to)
        word = body.strip().upper()
        keyword = "STOP" if word in STOPS else "START" if word in STARTS else "HELP" if word in ("HELP", "INFO") else ""
        if keyword == "STOP":
            self.blocked.add((to, sender))
        elif keyword == "START":
            self.blocked.discard((to, sender))
        sid = f"SM{self._came:032x}"
        self.received.append(
            Received(
                sid=sid,
                to=to,
                sender=sender,
                body=body,
                made=self._clock().replace(microsecond=0),
                service=service.sid if service else None,
                media=media,
            )
        )
        if keyword and self.hides_keywords:
            return None
        fields = {
            "ToCountry": "US",
            "SmsMessageSid": sid,
            "NumMedia": str(media),
            "SmsSid": sid,
            "SmsStatus": "received",
            "Body": body,
            "To": to,
            "NumSegments": str(segments(body).count),
            "MessageSid": sid,
            "AccountSid": self.account,
            "From": sender,
            "ApiVersion": "2010-04-01",
        }
        if service is not None:
            fields["MessagingServiceSid"] = service.sid
            if keyword and service.stops:  # Advanced Opt-Out alone tells what it took the text for
                fields["OptOutType"] = keyword
        return self.posted(self.numbers[to], fields)

    def receipt(self, sent: Sent, status: str | None = None) -> Posted:
        """The status callback of a message: as it ends, or that step of its way."""
        became = status or ("undelivered" if sent.to in self.bounces else "delivered")
        fields = {
            "SmsSid": sent.sid,
            "SmsStatus": became,
            "MessageStatus": became,
            "To": sent.to,
            "MessageSid": sent.sid,
            "AccountSid": self.account,
            "From": sent.sender,
            "ApiVersion": "2010-04-01",
        }
        if became in ("undelivered", "failed"):
            fields["ErrorCode"] = str(self.bounces.get(sent.to, 30008))
        if sent.service:
            fields["MessagingServiceSid"] = sent.service
        return self.posted(sent.callback or "", fields)

    def posted(self, url: str, fields: Mapping[str, str]) -> Posted:
        """A form, signed as https://www.twilio.com/docs/usage/webhooks/webhooks-security says.

        What stands behind the address to have it tried again is told to nobody. Guess: it is not signed either.
        """
        url = url.partition("#")[0]
        signed = self.signed_words(url, fields)
        return Posted(
            url=url,
            headers={
                "x-twilio-signature": self._signature(signed),
                "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
                "i-twilio-idempotency-token": hashlib.md5(signed.encode(), usedforsecurity=False).hexdigest(),
            },
            body=urlencode(fields).encode(),
        )

    def signature_of(self, url: str, fields: Mapping[str, str]) -> str:
        """The signature of a form for exactly that address."""
        return self._signature(self.signed_words(url, fields))

    @staticmethod
    def signed_words(url: str, fields: Mapping[str, str]) -> str:
        """What is signed of a form: the address, and its fields by their names."""
        return url + "".join(name + fields[name] for name in sorted(fields))

    def posted_json(self, url: str, fields: Mapping[str, object]) -> Posted:
        """A JSON body, whose digest stands in the address that is signed."""
        body = json.dumps(fields).encode()
        whole = f"{url}{'&' if '?' in url else '?'}bodySHA256={hashlib.sha256(body).hexdigest()}"
        headers = {"x-twilio-signature": self._signature(whole), "content-type": "application/json"}
        return Posted(url=whole, headers=headers, body=body)

    def _signature(self, signed: str) -> str:
        return base64.b64encode(hmac.new(self.token.encode(), signed.encode(), hashlib.sha1).digest()).decode()

    def _template(self, path: str) -> str:
        path = path.replace(f"/{self.account}", "/{account}")
        path = re.sub(r"/(SM|MM)[0-9a-f]{32}", "/{message}", path)
        return re.sub(r"/MG[0-9a-f]{32}", "/{service}", re.sub(r"/\+[0-9]+$", "/{number}", path))

    def _answer(self, request: Request) -> Response:
        try:
            self._admit(request)
            status, body = self._done(request)
        except Refused as refused:
            return refused.response
        return Response(status=status, body=json.dumps(body), headers={"content-type": "application/json"})

    def _admit(self, request: Request) -> None:
        wanted = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {wanted}":
            raise Refused(401, 20003, "Authenticate")
        if request.method == "POST" and not request.headers.get("content-type", "").startswith(
            "application/x-www-form-urlencoded"
        ):
            raise Refused(400, 20001, "Guess: a body that is no form")

    def _done(self, request: Request) -> tuple[int, object]:
        asked = dict(parse_qsl(request.query, keep_blank_values=True))
        match request.method, self._template(request.path):
            case "POST", "/2010-04-01/Accounts/{account}/Messages.json":
                return 201, self._create(dict(parse_qsl(request.body.decode(), keep_blank_values=True)))
            case "GET", "/2010-04-01/Accounts/{account}/Messages.json":
                return 200, self._list(asked)
            case "GET", "/2010-04-01/Accounts/{account}.json":
                _only(asked, frozenset())
                return 200, {"sid": self.account, "status": "active" if self.active else "suspended", "type": "Full"}
            case "GET", "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json":
                return 200, self._numbers(asked)
            case "GET", "/v1/Services/{service}":
                return 200, self._as_row(self._service(request.path.split("/")[3]))
            case "GET", "/v1/Services/{service}/PhoneNumbers":
                _only(asked, frozenset({"PageSize", "Page", "PageToken"}))
                rows = [{"phone_number": one} for one in self._service(request.path.split("/")[3]).numbers]
                return 200, {"phone_numbers": rows, "meta": {"key": "phone_numbers", "next_page_url": None}}
            case "GET", "/v1/Services/{service}/Compliance/Usa2p":
                _only(asked, frozenset({"PageSize", "Page", "PageToken"}))
                return 200, self._campaigns(self._service(request.path.split("/")[3]))
            case "GET", "/v2/PhoneNumbers/{number}":
                return 200, self._looked_up(request.path.rsplit("/", 1)[1], asked)
            case _:
                pass
        raise Refused(404, 20404, f"The requested resource {request.path} was not found")

    def _create(self, form: Mapping[str, str]) -> dict[str, object]:
        _only(form, SENT_FIELDS)
        to, sender, body = form.get("To", ""), form.get("From"), form.get("Body", "")
        service = self.services.get(form.get("MessagingServiceSid", ""))
        if not body:
            raise Refused(400, 21602, "Message body is required.")
        if len(body) > LONGEST:
            raise Refused(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if not _E164.fullmatch(to):
            raise Refused(400, 21211, "The 'To' number is not a valid phone number.")
        if sender is None and service is None:
            raise Refused(400, 21603, "A 'From' phone number is required.")
        if sender is not None and sender not in self.numbers:
            raise Refused(400, 21606, "The 'From' number is not a Twilio phone number of this account.")
        if service is not None and sender is not None and sender not in service.numbers:
            raise Refused(400, 21712, "Guess: the 'From' number is not in the messaging service.")
        sender = sender or (service.numbers[0] if service else "")
        if (sender, to) in self.blocked:
            raise Refused(400, 21610, "Attempt to send to unsubscribed recipient")
        if to in self.refuses:
            raise Refused(400, self.refuses[to], "refused, as the test wants it")
        callback = form.get("StatusCallback")
        if callback is not None and not callback.startswith(("http://", "https://")):
            raise Refused(400, 21609, "The 'StatusCallback' URL is not a valid URL.")
        sent = Sent(
            sid=f"SM{len(self.sent) + 0xA0000:032x}",
            to=to,
            sender=sender,
            body=body,
            created=self._clock(),
            service=service.sid if service else None,
            callback=callback,
            status="accepted" if service else "queued",
        )
        self.sent.append(sent)
        return self._shown(sent)

    def _shown(self, sent: Sent) -> dict[str, object]:
        return {
            "sid": sent.sid,
            "account_sid": self.account,
            "to": sent.to,
            "from": sent.sender,
            "body": sent.body,
            "status": sent.status,
            "direction": "outbound-api",
            "num_segments": "0" if sent.service else str(segments(sent.body).count),
            "num_media": "0",
            "date_created": format_datetime(sent.created),
            "date_sent": None,
            "date_updated": format_datetime(sent.created),
            "error_code": sent.code,
            "error_message": None,
            "messaging_service_sid": sent.service,
            "api_version": "2010-04-01",
            "uri": f"{_ROOT}/{self.account}/Messages/{sent.sid}.json",
        }

    def _shown_received(self, came: Received) -> dict[str, object]:
        made = format_datetime(came.made)
        return {
            "sid": came.sid,
            "account_sid": self.account,
            "to": came.to,
            "from": came.sender,
            "body": "" if self.redacts else came.body,
            "status": came.status,
            "direction": "inbound",
            "num_segments": str(segments(came.body).count),
            "num_media": str(came.media),
            "date_created": made,
            "date_sent": made,
            "date_updated": made,
            "error_code": None,
            "error_message": None,
            "messaging_service_sid": came.service,
            "api_version": "2010-04-01",
            "uri": f"{_ROOT}/{self.account}/Messages/{came.sid}.json",
        }

    def _list(self, asked: Mapping[str, str]) -> dict[str, object]:
        """The newest first, those of one second too, the last that came before the others (a guess)."""
        _only(asked, LISTED_BY)
        wanted = [_day(asked, f"DateSent{how}") for how in ("", "<", ">")]
        dated: list[tuple[datetime, dict[str, object]]] = [
            (one.created, self._shown(one))
            for one in self.sent
            if one.to == asked.get("To", one.to)
            and one.sender == asked.get("From", one.sender)
            and one.sid not in self.hidden
        ]
        dated += [
            (one.made, self._shown_received(one))
            for one in self.received
            if one.to == asked.get("To", one.to)
            and one.sender == asked.get("From", one.sender)
            and one.sid not in self.hidden
        ]
        on, until, since = wanted
        newest_first = sorted(enumerate(dated), key=lambda one: (one[1][0], one[0]), reverse=True)
        rows = [
            row
            for _, (at, row) in newest_first
            if (on is None or at.date() == on)
            and (until is None or at.date() <= until)
            and (since is None or at.date() >= since)
        ]
        size = min(int(asked.get("PageSize", "50")), self.most_rows)
        begins = int(asked.get("PageToken", "PA0").removeprefix("PA"))
        page = int(asked.get("Page", "0"))
        following = None
        if begins + size < len(rows):
            kept = {name: value for name, value in asked.items() if name not in ("Page", "PageToken", "PageSize")}
            more = {**kept, "PageSize": str(size), "Page": str(page + 1), "PageToken": f"PA{begins + size}"}
            following = f"{_ROOT}/{self.account}/Messages.json?{urlencode(more)}"
        return {
            "messages": rows[begins : begins + size],
            "page": page,
            "page_size": size,
            "start": begins,
            "next_page_uri": following,
        }

    def _numbers(self, asked: Mapping[str, str]) -> dict[str, object]:
        _only(asked, NUMBERED_BY)
        rows = [
            {
                "sid": f"PN{place:032x}",
                "phone_number": number,
                "capabilities": {"voice": True, "sms": self.texts_capable, "mms": True, "fax": False},
                "sms_url": url,
                "sms_method": "POST",
                "sms_application_sid": "",
            }
            for place, (number, url) in enumerate(self.numbers.items(), start=1)
            if number == asked.get("PhoneNumber", number)
        ]
        return {"incoming_phone_numbers": rows, "next_page_uri": None}

    def _as_row(self, service: Service) -> dict[str, object]:
        return {
            "sid": service.sid,
            "account_sid": self.account,
            "inbound_request_url": service.inbound,
            "use_inbound_webhook_on_number": service.uses_numbers_webhook,
            "us_app_to_person_registered": service.campaign is not None,
        }

    def _campaigns(self, service: Service) -> dict[str, object]:
        row = {
            "sid": f"QE{1:032x}",
            "campaign_status": service.campaign,
            "campaign_id": "CFRDK01",
            "opt_out_keywords": list(service.stops),
        }
        return {"compliance": [row] if service.campaign else [], "meta": {"key": "compliance", "next_page_url": None}}

    def _looked_up(self, number: str, asked: Mapping[str, str]) -> dict[str, object]:
        _only(asked, frozenset({"Fields", "CountryCode"}))
        type_ = self.lines.get(number)
        told = None if type_ is None else {"type": type_, "carrier_name": "An invented carrier", "error_code": None}
        return {"phone_number": number, "valid": True, "line_type_intelligence": told}

    def _service(self, sid: str) -> Service:
        if sid not in self.services:
            raise Refused(404, 20404, "The requested resource was not found")
        return self.services[sid]

    def _service_of(self, number: str) -> Service | None:
        return next((one for one in self.services.values() if number in one.numbers), None)


def _day(asked: Mapping[str, str], name: str) -> date | None:
    """A day as YYYY-MM-DD, in GMT. An instant is refused: the page tells of days alone."""
    given = asked.get(name)
    if given is None:
        return None
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
        raise Refused(400, 20001, f"Guess: {name} is no day, and is refused.")
    return date.fromisoformat(given)


def _only(asked: Mapping[str, str], known: frozenset[str] | Sequence[str]) -> None:
    for name in asked:
        if name not in known:
            raise Refused(400, 20001, f"Guess: {name} is not published here, and is refused.")
