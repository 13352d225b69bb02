"""The webhooks about a call, and the TwiML that Twilio is answered with. Pure.

Source: https://www.twilio.com/docs/voice/twiml (the requests), .../voice/twiml/stream, .../connect, .../dial,
.../number, .../gather and .../reject. The address of a stream may bear no query: what the stream is to know goes into
`<Parameter>`. `about` in the query of an address of ours says which step of a call Twilio asks about.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit
from xml.sax.saxutils import escape, quoteattr

from frontdesk.channels.voice.caller import caller_in
from frontdesk.ports.faults import Refused
from frontdesk.ports.phoning import (
    AnsweredBy,
    CallNews,
    DialEnded,
    Dials,
    Joins,
    NothingToDo,
    PersonAnswered,
    PersonDeclined,
    PersonTook,
    PlacedAnswered,
    PlacedEnded,
    Rang,
    Ringing,
    StreamEnded,
)
from frontdesk.ports.webhook import Webhook

_CALL = re.compile(r"CA[0-9a-f]{32}")
_MOST_FIELDS = 200
_ON_THE_LINE = frozenset({"queued", "initiated", "ringing", "in-progress"})
_SPOKEN_WITH = frozenset({"completed", "answered"})
TAKES = "1"
"""The key by which somebody takes a call."""
KEY_SECONDS = 8
"""How long somebody may think about it once all was said."""
LEFT, DIALLED, ANSWERED, TOOK, PLACED, ENDED_OF = "left", "dialled", "answered", "took", "placed", "ended"
_BY = {
    "human": AnsweredBy.HUMAN,
    "machine_start": AnsweredBy.MACHINE,
    "machine_end_beep": AnsweredBy.MACHINE_ENDED,
    "machine_end_silence": AnsweredBy.MACHINE_ENDED,
    "machine_end_other": AnsweredBy.MACHINE_ENDED,
    "fax": AnsweredBy.FAX,
    "unknown": AnsweredBy.UNKNOWN,
}
"""Source: https://www.twilio.com/docs/voice/answering-machine-detection, AnsweredBy."""
_HOW = {"completed": Rang.COMPLETED, "busy": Rang.BUSY, "no-answer": Rang.NO_ANSWER, "canceled": Rang.NO_ANSWER}
"""Source: https://www.twilio.com/docs/voice/api/call-resource, status; `failed` is what is left."""
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
REJECTED = f'{_XML}<Response><Reject reason="busy"/></Response>\n'
"""The call is not taken, and costs nothing: it rings on where the practice has forwarded it from, or is busy."""
ENDED = f"{_XML}<Response><Hangup/></Response>\n"
JOINED = f"{_XML}<Response/>\n"
"""To the end of somebody who was dialled: they and the caller hear each other now."""


def read_call(webhook: Webhook) -> CallNews:
    """What a webhook tells that Twilio has signed. Raises: Refused (not what was published)."""
    form = _form(webhook)
    query = parse_qs(urlsplit(webhook.url).query)
    about = query.get("about", [""])[-1]
    leg = _call_in(form, "CallSid")
    gone = form.get("CallStatus", "in-progress") not in _ON_THE_LINE
    match about:
        case "":
            return _ringing(form, leg)
        case "left":
            return StreamEnded(call=leg, gone=gone)
        case "dialled":
            return DialEnded(call=leg, joined=_joined(form), gone=gone)
        case "answered":
            return PersonAnswered(call=_call_in(form, "ParentCallSid"), leg=leg)
        case "took" if form.get("Digits") == TAKES:
            return PersonTook(call=_call_in(form, "ParentCallSid"), leg=leg)
        case "took":
            return PersonDeclined(call=_call_in(form, "ParentCallSid"), leg=leg)
        case "placed":
            return PlacedAnswered(call=leg, placed=_placed_in(query), by=_by(form))
        case "ended" if gone:
            return PlacedEnded(
                call=leg, placed=_placed_in(query), how=_HOW.get(form.get("CallStatus", ""), Rang.FAILED)
            )
        case _:
            return NothingToDo(what="no step that is known")


def connected_to(joins: Joins) -> str:
    """Join a call with a stream, both ways, until the stream is closed; then it is asked what is next."""
    parameters = "".join(
        f"<Parameter name={quoteattr(name)} value={quoteattr(value)}/>" for name, value in joins.given.items()
    )
    after = quoteattr(_about(joins.news_to, LEFT))
    stream = f"<Stream url={quoteattr(joins.url)}>{parameters}</Stream>"
    return f"{_XML}<Response><Connect action={after}>{stream}</Connect></Response>\n"


def dialling(dials: Dials) -> str:
    """Have a number ring, and its holder asked whether they take the call before they hear the caller."""
    after, screen = quoteattr(_about(dials.news_to, DIALLED)), quoteattr(_about(dials.news_to, ANSWERED))
    seconds = round(dials.rings_for.total_seconds())
    number = f"<Number url={screen}>{escape(dials.number)}</Number>"
    return f'{_XML}<Response><Dial action={after} timeout="{seconds}">{number}</Dial></Response>\n'


def asking_to_take(sound: str, news_to: str) -> str:
    """Play a sound and wait for one key; without one it is hung up."""
    after = quoteattr(_about(news_to, TOOK))
    asked = f'<Gather action={after} numDigits="1" timeout="{KEY_SECONDS}"><Play>{escape(sound)}</Play></Gather>'
    return f"{_XML}<Response>{asked}<Hangup/></Response>\n"


def briefing(sound: str) -> str:
    """Play a sound; after it they hear each other."""
    return f"{_XML}<Response><Play>{escape(sound)}</Play></Response>\n"


def placed_at(url: str, key: str) -> str:
    """Where Twilio asks what to do with a call that we have placed, once it was picked up."""
    return f"{_about(url, PLACED)}&placed={quote(key, safe='')}"


def ended_at(url: str, key: str) -> str:
    """Where Twilio tells how such a call ended."""
    return f"{_about(url, ENDED_OF)}&placed={quote(key, safe='')}"


def _placed_in(query: Mapping[str, list[str]]) -> str:
    placed = query.get("placed", [""])[-1]
    if not placed:
        raise Refused("A webhook about a call that was placed does not say which.")
    return placed


def _by(form: Mapping[str, str]) -> AnsweredBy:
    """A word that is not known, or none, leaves it to our own ear."""
    return _BY.get(form.get("AnsweredBy", ""), AnsweredBy.UNKNOWN)


def _about(url: str, step: str) -> str:
    return f"{url}?about={step}"


def _ringing(form: Mapping[str, str], call: str) -> Ringing:
    to = form.get("To", "")
    if not to:
        raise Refused("A webhook of Twilio's names no number that was called.")
    return Ringing(call=call, to=to, caller=caller_in(form.get("From", "")))


def _joined(form: Mapping[str, str]) -> bool:
    """Whether they spoke. A leg that was hung up while it was asked counts as completed too, and as not bridged."""
    bridged = form.get("DialBridged", "")
    return bridged == "true" if bridged else form.get("DialCallStatus", "") in _SPOKEN_WITH


def _call_in(form: Mapping[str, str], field: str) -> str:
    call = form.get(field, "")
    if _CALL.fullmatch(call) is None:
        raise Refused("A webhook of Twilio's names no call.")
    return call


def _form(webhook: Webhook) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(webhook.body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise Refused("A webhook of Twilio's about a call is no form.") from None
