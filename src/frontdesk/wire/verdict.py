"""What an answer, or its absence, means for whoever asked: one of the four faults, and whether to ask again.

The rule beneath it all: a request that may have been acted on is never sent a second time from here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import MappingProxyType

from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.wire.request import Answer, Does, Request, Takes

_NOT_PERMITTED = {401, 402, 403, 407}
_TOO_MANY = 429
_REQUEST_LOST = 408


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """The fault to raise. `again`: asking once more is safe and may help. `after`: seconds the system asks for.

    `struggling`: the system itself is in trouble, which counts against asking it at all.
    """

    fault: Fault
    again: bool = False
    after: float | None = None
    struggling: bool = False


def judged(request: Request, system: str, *, status: int, headers: Mapping[str, str], body: bytes) -> Answer | Failed:
    """What an answer means. Its words may name a patient, so they stand in no fault's text."""
    if 200 <= status < 300:
        return _answered(request, system, status, headers, body)
    if status in request.answers:
        words = body.decode("utf-8", "replace")
        return Answer(status=status, json=_json_or_none(body), words=words, headers=_small(headers))
    said = f"{system} answered {status} to {request.method} {request.path}"
    if status in _NOT_PERMITTED:
        return Failed(
            fault=NotPermitted(f"{said}: its keys, or what they are allowed, do not cover this. Check the keys.")
        )
    if status == _TOO_MANY:  # turned away at the door, so nothing was done, whatever was asked
        after = _asked_to_wait(headers)
        return Failed(fault=Unreachable(f"{said}: too many requests for now."), again=True, after=after)
    if status >= 500 or status == _REQUEST_LOST:
        return _in_trouble(request, said, after=_asked_to_wait(headers))
    if 300 <= status < 400:
        return Failed(fault=Refused(f"{said}, which points elsewhere. Correct the address in its settings."))
    return Failed(fault=Refused(f"{said}: it will not do this."))


def lost(request: Request, system: str, *, how: str, left: bool) -> Failed:
    """What it means that no answer came. `left`: the request may have gone out. `how` is the kind of loss."""
    if left:
        return _in_trouble(request, f"{system} was lost at {request.method} {request.path} ({how})")
    unreached = Unreachable(f"{system} does not answer ({how}). Check that it runs and that its address is right.")
    return Failed(fault=unreached, again=True, struggling=True)


def too_long(request: Request, system: str) -> Failed:
    """What it means that an answer was longer than any that was expected: another try would bring the same again."""
    said = f"{system} answered {request.method} {request.path} with more than {request.most_bytes >> 20} MiB"
    if request.does is Does.READS:
        return Failed(fault=Refused(f"{said}; nothing was read. Check that its address is the right one."))
    return Failed(fault=OutcomeUnknown(f"{said}; it may have acted. Look before anything is asked again."))


def _answered(request: Request, system: str, status: int, headers: Mapping[str, str], body: bytes) -> Answer | Failed:
    if request.takes is Takes.OCTETS:
        return Answer(status=status, octets=body, headers=_small(headers))
    if not body.strip():
        return Answer(status=status, headers=_small(headers))
    try:
        return Answer(status=status, json=_json(body), headers=_small(headers))
    except (ValueError, RecursionError):  # a maintenance page, a proxy's page, half an answer
        said = f"{system} answered {status} to {request.method} {request.path} with something that is not JSON"
        return _in_trouble(request, said)


def _in_trouble(request: Request, said: str, *, after: float | None = None) -> Failed:
    if request.does is Does.READS:
        return Failed(fault=Unreachable(f"{said}; nothing was read."), again=True, after=after, struggling=True)
    unknown = OutcomeUnknown(f"{said}; it may have acted. Look before anything is asked again.")
    return Failed(fault=unknown, struggling=True)


def _small(headers: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({name.lower(): value for name, value in headers.items()})


def _json(body: bytes) -> object:
    return json.loads(body, parse_constant=_no_number)


def _json_or_none(body: bytes) -> object:
    try:
        return _json(body)
    except (ValueError, RecursionError):
        return None


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no JSON")


def _asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds of Retry-After (RFC 9110 10.2.3); a date is read against the answer's own Date."""
    wanted = headers.get("retry-after", "").strip()
    if wanted.isdecimal():
        return float(wanted)
    try:
        until, since = parsedate_to_datetime(wanted), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (until - since).total_seconds())
    except (ValueError, TypeError):  # no date at all, or one of the two without a zone
        return None
