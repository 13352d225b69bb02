"""What the stand-ins of carriers share: faults that strike a call, and a webhook as a carrier sends it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from frontdesk.standards.simulating.faults import (
    CutsConnection,
    Fails,
    Fault,
    GoesSilent,
    KeyRefused,
    Maintenance,
    Slow,
    TooMany,
    When,
)
from frontdesk.standards.simulating.http import Receive, Response, keep_silent
from frontdesk.standards.simulating.waiting import Wait

MAINTENANCE = "<!doctype html><title>Service Unavailable</title>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """A webhook, signed and ready to be posted."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class InItsWords:
    """How a carrier words what can strike any call."""

    too_many: str
    broken: str
    key_refused: str
    kind: str = "application/json"


async def struck(
    fault: Fault | None, act: Callable[[], Response], words: InItsWords, *, wait: Wait, receive: Receive
) -> Response:
    """The answer to a call that a fault strikes; `act` does what the call asks. Raises: ConnectionResetError."""
    match fault:
        case None:
            return act()
        case Slow(by=by):
            response = act()
            await wait(by)
            return response
        case TooMany(retry_after=seconds):
            return _said(429, words.too_many, words, {"retry-after": str(seconds)} if seconds else {})
        case Fails(when=when):
            _done(act, when)
            return _said(500, words.broken, words, {})
        case CutsConnection(when=when):
            _done(act, when)
            raise ConnectionResetError("the connection is cut")
        case GoesSilent(when=when):
            _done(act, when)
            await keep_silent(receive)
            raise ConnectionResetError("nobody waits any more")
        case KeyRefused():
            return _said(401, words.key_refused, words, {})
        case Maintenance():
            return Response(status=503, body=MAINTENANCE, headers={"content-type": "text/html"})
        case _:
            raise AssertionError(f"a carrier knows no {fault}")


def _done(act: Callable[[], Response], when: When) -> None:
    if when is When.AFTER_COMMIT:
        act()


def _said(status: int, body: str, words: InItsWords, headers: Mapping[str, str]) -> Response:
    return Response(status=status, body=body, headers={"content-type": words.kind, **headers})
