"""The webhook for a call that comes in, and what Twilio is answered. Pure.

Source: https://www.twilio.com/docs/voice/twiml (the request), .../voice/twiml/stream and .../voice/twiml/reject.
The address of a stream may bear no query: what the stream is to know goes into `<Parameter>`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlsplit
from xml.sax.saxutils import quoteattr

import phonenumbers

from frontdesk.ports.carrying import Webhook
from frontdesk.ports.faults import Refused

_CALL = re.compile(r"CA[0-9a-f]{32}")
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_MOST_FIELDS = 200
REJECTED = '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Reject reason="busy"/></Response>\n'
"""The call is not taken, and costs nothing: it rings on where the practice has forwarded it from, or is busy."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ringing:
    """A call that comes in. `caller` is E.164; None: the number is withheld, or none that can be called."""

    call: str
    to: str
    caller: str | None = field(repr=False)


def read_ringing(webhook: Webhook) -> Ringing:
    """The call that a webhook tells of, which Twilio has signed. Raises: Refused (not what was published)."""
    try:
        form = dict(parse_qsl(webhook.body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise Refused("A webhook of Twilio's about a call is no form.") from None
    call, to, caller = form.get("CallSid", ""), form.get("To", ""), form.get("From", "")
    if _CALL.fullmatch(call) is None or not to:
        raise Refused("A webhook of Twilio's names no call, or no number that was called.")
    return Ringing(call=call, to=to, caller=caller if _can_be_called(caller) else None)


def _can_be_called(number: str) -> bool:
    """Whether it has a length that numbers of its country have; what is written for a withheld one has not."""
    if _E164.fullmatch(number) is None:
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def connected_to(stream: str, given: Mapping[str, str]) -> str:
    """The TwiML that joins a call with a stream, both ways, until the stream is closed; then it is hung up."""
    parameters = "".join(
        f"<Parameter name={quoteattr(name)} value={quoteattr(value)}/>" for name, value in given.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Response><Connect><Stream url={quoteattr(stream)}>{parameters}</Stream></Connect></Response>\n"
    )


def call_webhook_at(public_url: str, carrier: str, number: str) -> str:
    """The address that a carrier hands the calls for a number to; it is part of what is signed."""
    return f"{public_url}/voice/{carrier}/{quote(number)}"


def stream_at(public_url: str, carrier: str, number: str) -> str:
    """The address of a number's streams, ws:// or wss:// as the pages are http:// or https://."""
    parts = urlsplit(f"{call_webhook_at(public_url, carrier, number)}/stream")
    return parts._replace(scheme="wss" if parts.scheme == "https" else "ws").geturl()
