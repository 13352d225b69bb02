"""Twilio's own words over HTTP: messages, numbers, messaging services, look-up. Knows no Text of ours.

Source of every call: https://www.twilio.com/docs/messaging/api, .../docs/phone-numbers/api, .../docs/lookup/v2-api.
"""

import base64
from collections.abc import AsyncIterator, Mapping
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from frontdesk.ports.carrying import OfTheDesk
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.request import Answer, Does, Request

NAME = "Twilio"
_WORLD = "api.twilio.com"
_REFUSED = frozenset({400, 404})
_MESSAGES = "/2010-04-01/Accounts/{account}/Messages.json"
_CALLS = "/2010-04-01/Accounts/{account}/Calls.json"
PAGE = 1000
"""Rows: the most there are."""
MOST_PAGES = 100
"""A list that is longer is none of three days: it goes in a circle."""


class Client:
    """Asks one account. A stand-in on this machine plays all three of Twilio's hosts at one address."""

    def __init__(self, address: str, account: str, token: str, desk: OfTheDesk) -> None:
        self._account = account
        self._headers = {"Authorization": "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode()}
        self._api = _opened(address, desk)
        there = urlsplit(address).hostname == _WORLD
        self._messaging = _opened("https://messaging.twilio.com", desk) if there else self._api
        self._lookups = _opened("https://lookups.twilio.com", desk) if there else self._api

    async def close(self) -> None:
        """Part from Twilio."""
        for http in {self._api, self._messaging, self._lookups}:
            await http.close()

    async def create_message(self, form: Mapping[str, str]) -> str | int:
        """The sid of the message that was taken, or the code that it was refused with (0 where none was told)."""
        return await self._create(_MESSAGES, form, what="message")

    async def messages(self, *, to: str, sender: str) -> list[Foreign]:
        """The newest messages from one number to another; 50 at most."""
        answer = await self._read(self._api, _MESSAGES, {"account": self._account}, To=to, From=sender, PageSize="50")
        return Foreign.list_of(_field(answer, "messages"), what="message", id="sid")

    async def messages_to(self, number: str, *, first_on: date) -> AsyncIterator[list[Foreign]]:
        """The messages to a number that bear that day of UTC or a later one, newest first, page by page.

        The filter knows days only, by `date_sent`. Raises: Refused where it does not end.
        """
        query = {"To": number, "DateSent>": first_on.isoformat(), "PageSize": str(PAGE)}
        for _ in range(MOST_PAGES):
            answer = await self._read(self._api, _MESSAGES, {"account": self._account}, **query)
            yield Foreign.list_of(_field(answer, "messages"), what="message", id="sid")
            following = _field(answer, "next_page_uri")
            if not isinstance(following, str) or not following:
                return
            query = dict(parse_qsl(urlsplit(following).query))
        raise Refused(f"{NAME}'s list of messages does not end after {MOST_PAGES} pages.")

    async def create_call(self, form: Mapping[str, str]) -> str | int:
        """The sid of the call that was taken, or the code that it was refused with (0 where none was told).

        Source: https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource.
        """
        return await self._create(_CALLS, form, what="call")

    async def calls(self, *, to: str, sender: str) -> list[Foreign]:
        """The newest calls from one number to another; 50 at most."""
        answer = await self._read(self._api, _CALLS, {"account": self._account}, To=to, From=sender, PageSize="50")
        return Foreign.list_of(_field(answer, "calls"), what="call", id="sid")

    async def _create(self, path: str, form: Mapping[str, str], *, what: str) -> str | int:
        request = Request(
            method="POST",
            path=path,
            does=Does.ACTS,
            ids={"account": self._account},
            headers=self._headers,
            form=form,
            answers=_REFUSED,
        )
        answer = await self._api.send(request)
        if answer.status in _REFUSED:
            return _code(answer)
        try:
            return Foreign.of(answer.json, what=what, id="sid").text("sid")
        except Unreadable as strange:  # it was taken all the same
            raise OutcomeUnknown(f"{NAME} took a {what} and did not say which it is ({strange.field}).") from None

    async def account(self) -> Foreign:
        """The account itself."""
        answer = await self._read(self._api, "/2010-04-01/Accounts/{account}.json", {"account": self._account})
        return Foreign.of(answer.json, what="account", id="sid")

    async def number(self, number: str) -> Foreign | None:
        """One of the account's numbers; None where it is not the account's."""
        path = "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json"
        answer = await self._read(self._api, path, {"account": self._account}, PhoneNumber=number)
        rows = Foreign.list_of(_field(answer, "incoming_phone_numbers"), what="number", id="sid")
        return rows[0] if rows else None

    async def service(self, sid: str) -> Foreign | None:
        """A messaging service; None where there is none."""
        answer = await self._read(self._messaging, "/v1/Services/{sid}", {"sid": sid})
        return None if answer.status == 404 else Foreign.of(answer.json, what="service", id="sid")

    async def numbers_of_service(self, sid: str) -> list[str]:
        """The numbers that a messaging service sends from; the first 100."""
        answer = await self._read(self._messaging, "/v1/Services/{sid}/PhoneNumbers", {"sid": sid}, PageSize="100")
        rows = Foreign.list_of(_field(answer, "phone_numbers"), what="number", id="sid")
        return [row.text("phone_number") for row in rows]

    async def campaigns_of_service(self, sid: str) -> list[Foreign]:
        """The 10DLC campaigns that a messaging service is registered with."""
        answer = await self._read(self._messaging, "/v1/Services/{sid}/Compliance/Usa2p", {"sid": sid})
        return Foreign.list_of(_field(answer, "compliance"), what="campaign", id="sid")

    async def line_type(self, number: str) -> str | None:
        """What Lookup calls the line of a number; None where it does not know. It costs."""
        query = {"Fields": "line_type_intelligence"}
        answer = await self._read(self._lookups, "/v2/PhoneNumbers/{number}", {"number": number}, **query)
        told = _field(answer, "line_type_intelligence")
        return str(told["type"]) if isinstance(told, dict) and told.get("type") else None

    async def _read(self, http: HttpClient, path: str, ids: Mapping[str, str], **query: str) -> Answer:
        request = Request(
            method="GET",
            path=path,
            does=Does.READS,
            ids=ids,
            query=query,
            headers=self._headers,
            answers=frozenset({404}),
        )
        return await http.send(request)


def _opened(address: str, desk: OfTheDesk) -> HttpClient:
    return HttpClient(address, system=NAME, budget=desk.asking, gate=desk.gate, stand_in=desk.stand_in)


def _code(answer: Answer) -> int:
    code = answer.json.get("code") if isinstance(answer.json, dict) else None
    if not isinstance(code, int):
        raise Refused(f"{NAME} answered {answer.status} to a message, without a code. Check the address of the API.")
    return code


def _field(answer: Answer, key: str) -> object:
    return answer.json.get(key) if isinstance(answer.json, dict) else None
