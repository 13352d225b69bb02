"""Telnyx's own words over HTTP: messages, profiles, numbers, look-up. Knows no Text of ours.

Source of every call: https://developers.telnyx.com/api-reference.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import date

from frontdesk.ports.carrying import OfTheDesk
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.request import Answer, Does, Request

NAME = "Telnyx"
_REFUSED = frozenset({400, 403, 404, 422})
PAGE = 50
"""Rows. Source: none that names the most; small, to be taken anywhere."""
MOST_PAGES = 1000
"""A list that is longer is none of three days: it goes in a circle."""
_OVER = "90018"
"""That end of a call was hung up."""


class Client:
    """Asks one account."""

    def __init__(self, address: str, key: str, desk: OfTheDesk) -> None:
        self._headers = {"Authorization": f"Bearer {key}"}
        self._http = HttpClient(address, system=NAME, budget=desk.asking, gate=desk.gate, stand_in=desk.stand_in)

    async def close(self) -> None:
        """Part from Telnyx."""
        await self._http.close()

    async def create_message(self, body: Mapping[str, object], *, key: str) -> Foreign | str:
        """The message that was taken, or the code that it was refused with. The same key and body is one message."""
        request = Request(
            method="POST",
            path="/v2/messages",
            does=Does.ACTS,
            headers={**self._headers, "Idempotency-Key": key},
            json=body,
            answers=_REFUSED,
        )
        answer = await self._http.send(request)
        if answer.status in _REFUSED:
            return _code(answer)
        try:
            return Foreign.of(_data(answer), what="message", id="id")
        except Unreadable as strange:
            raise OutcomeUnknown(f"{NAME} took a message and did not say which it is ({strange.field}).") from None

    async def records_to(self, number: str, *, first_on: date) -> AsyncIterator[list[Foreign]]:
        """The detail records of texts that came in for a number since that day of UTC, oldest first, page by page.

        They name sender, time and id, and no words. Raises: Refused where the list does not end.
        Source: https://developers.telnyx.com/api-reference/detail-records/search-detail-records.
        """
        query = {
            "filter[record_type]": "messaging",
            "filter[direction]": "inbound",
            "filter[cld]": number,
            "filter[created_at][gte]": first_on.isoformat(),
            "sort": "created_at",
            "page[size]": str(PAGE),
        }
        for page in range(1, MOST_PAGES + 1):
            answer = await self._read("/v2/detail_records", {}, {**query, "page[number]": str(page)})
            rows = Foreign.list_of(_data(answer), what="detail record", id="uuid")
            yield rows
            meta = answer.json.get("meta") if isinstance(answer.json, dict) else None
            pages = meta.get("total_pages") if isinstance(meta, dict) else None
            if not rows or not isinstance(pages, int) or page >= pages:
                return
        raise Refused(f"{NAME}'s list of detail records does not end after {MOST_PAGES} pages.")

    async def message(self, id: str) -> Mapping[str, object] | None:
        """One message with its words, of the last ten days; None where there is none of that id.

        Source: https://developers.telnyx.com/api-reference/messages/retrieve-a-message.
        """
        answer = await self._read("/v2/messages/{id}", {"id": id})
        return None if answer.status == 404 else Foreign.of(_data(answer), what="message", id="id").fields

    async def profile(self, id: str) -> Foreign | None:
        """A messaging profile; None where there is none."""
        answer = await self._read("/v2/messaging_profiles/{id}", {"id": id})
        return None if answer.status == 404 else Foreign.of(_data(answer), what="profile", id="id")

    async def numbers_of_profile(self, id: str) -> list[str]:
        """The numbers of a messaging profile; the first 250."""
        path = "/v2/messaging_profiles/{id}/phone_numbers"
        answer = await self._read(path, {"id": id}, {"page[size]": "250"})
        return [row.text("phone_number") for row in Foreign.list_of(_data(answer), what="number", id="id")]

    async def stop_words(self, id: str) -> list[str]:
        """The words that end texts beside the usual ones, as the profile was given them."""
        answer = await self._read("/v2/messaging_profiles/{id}/autoresp_configs", {"id": id})
        rows = Foreign.list_of(_data(answer), what="answer", id="id")
        found = [row.fields.get("keywords") for row in rows if row.text("op") == "stop"]
        return [str(word) for words in found if isinstance(words, list) for word in words]

    async def campaign_of(self, number: str) -> str | None:
        """How far a number is assigned to its 10DLC campaign, in Telnyx's word; None where it has none."""
        answer = await self._read("/v2/10dlc/phone_number_campaigns/{number}", {"number": number})
        if answer.status == 404:
            return None
        row = Foreign.of(answer.json, what="campaign", id="campaignId")
        return row.text("assignmentStatus") if row.has("assignmentStatus") else ""

    async def line_type(self, number: str) -> str | None:
        """What the look-up calls the line of a number; None where it does not know. It costs."""
        answer = await self._read("/v2/number_lookup/{number}", {"number": number}, {"type": "carrier"})
        data = _data(answer)
        carrier = data.get("carrier") if isinstance(data, dict) else None
        return str(carrier["type"]) if isinstance(carrier, dict) and carrier.get("type") else None

    async def command(self, call: str, command: str, body: Mapping[str, object]) -> None:
        """Have something done with an end of a call; one that is over already wants nothing. Raises: the four faults.

        Source: https://developers.telnyx.com/api-reference/call-commands; error 90018, "Call has already ended".
        """
        request = Request(
            method="POST",
            path=f"/v2/calls/{{call}}/actions/{command}",
            does=Does.ACTS,
            ids={"call": call},
            headers=self._headers,
            json=body,
            answers=_REFUSED,
        )
        answer = await self._http.send(request)
        if answer.status in _REFUSED and (code := _code(answer)) != _OVER:
            raise Refused(f"{NAME} did not take the command {command}: {code}.")

    async def dial(self, body: Mapping[str, object]) -> Foreign | str:
        """The call that rings, or the code that it was refused with. Raises: the four faults.

        Source: https://developers.telnyx.com/api-reference/call-commands/dial.
        """
        request = Request(
            method="POST", path="/v2/calls", does=Does.ACTS, headers=self._headers, json=body, answers=_REFUSED
        )
        answer = await self._http.send(request)
        if answer.status in _REFUSED:
            return _code(answer)
        try:
            return Foreign.of(_data(answer), what="call", id="call_control_id")
        except Unreadable as strange:
            raise OutcomeUnknown(f"{NAME} took a call and did not say which it is ({strange.field}).") from None

    async def _read(self, path: str, ids: Mapping[str, str], query: Mapping[str, str] | None = None) -> Answer:
        request = Request(
            method="GET",
            path=path,
            does=Does.READS,
            ids=ids,
            query=query or {},
            headers=self._headers,
            answers=frozenset({404}),
        )
        return await self._http.send(request)


def _code(answer: Answer) -> str:
    errors = answer.json.get("errors") if isinstance(answer.json, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    code = first.get("code") if isinstance(first, dict) else None
    if code is None:
        raise Refused(f"{NAME} answered {answer.status} to a message, without a code. Check the address of the API.")
    return str(code)


def _data(answer: Answer) -> object:
    return answer.json.get("data") if isinstance(answer.json, dict) else None
