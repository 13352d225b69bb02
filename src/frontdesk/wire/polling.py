"""Reads a published text again and again, politely: only what is new, only as often as its publisher wants.

What the text is, only the asker knows: whether it is whole is a function that the asker passes.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from frontdesk.ports.faults import NotPermitted, Refused, Unreachable
from frontdesk.wire.client import HttpClient
from frontdesk.wire.request import Answer, Does, Request, Takes
from frontdesk.wire.secret_link import SecretLink

MOST_BYTES = 10 * 1024 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
_REVOKED = frozenset({404, 410})
_UNCHANGED = 304
_LONGEST_VALIDATOR = 1024
_LONGEST_PAUSE = timedelta(hours=6)  # while it fails
_SELDOM = timedelta(days=1)  # whatever a publisher asks for
_SPREAD = 0.1  # of the pause, so that a thousand practices do not ask in the same second


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What was read last, as far as it is needed to ask whether there is anything new. It holds nothing of the text."""

    etag: str | None = None
    last_modified: str | None = None
    digest: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fresh:
    """A text that was not read before, whole."""

    octets: bytes = field(repr=False)
    seen: Seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Unchanged:
    """What was read last still holds; it was confirmed now."""

    seen: Seen


class Subscription:
    """One published text behind a link. `client` makes the HTTP client for an origin, with its gate and budget.

    `accept` is its media type. `is_whole` says whether octets are all of such a text. `system` is the publisher's name
    as staff know it.
    """

    def __init__(
        self,
        link: SecretLink,
        *,
        system: str,
        client: Callable[[str], HttpClient],
        accept: str,
        is_whole: Callable[[bytes], bool],
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._link = link
        self._system = system
        self._http = client(link.origin)
        self._accept = accept
        self._is_whole = is_whole
        self._most_bytes = most_bytes

    async def close(self) -> None:
        """Part from the publisher."""
        await self._http.close()

    async def read(self, seen: Seen | None = None) -> Fresh | Unchanged:
        """What is there now. Without `seen` the whole of it, past every cache on the way: before a time is promised.

        Raises: NotPermitted (the link was revoked, or leads to a page to sign in; staff make a new one), Refused (it
        leads to another host, or to more than any such text), Unreachable (nothing was read, or half of it).
        """
        link = self._link
        for _ in range(_MOST_REDIRECTS + 1):
            answer = await self._http.send(self._request(link, seen))
            if answer.status not in _REDIRECTS:
                return self._read(answer, seen)
            link = link.led_to(answer.headers.get("location", ""))
        raise Refused(f"The calendar's link of {self._system} is answered by one redirect after another.")

    def _request(self, link: SecretLink, seen: Seen | None) -> Request:
        headers = {"Accept": f"{self._accept}, */*;q=0.1", "Accept-Encoding": "gzip", **_conditions(seen)}
        if link.authorization is not None:
            headers["Authorization"] = link.authorization
        conditional = {_UNCHANGED} if _conditions(seen).keys() & {"If-None-Match", "If-Modified-Since"} else set()
        return Request(
            method="GET",
            path="/{link}",
            link=link.target,
            does=Does.READS,
            headers=headers,
            takes=Takes.OCTETS,
            most_bytes=self._most_bytes,
            answers=_REDIRECTS | _REVOKED | conditional,
        )

    def _read(self, answer: Answer, seen: Seen | None) -> Fresh | Unchanged:
        if answer.status == _UNCHANGED and seen is not None:
            return Unchanged(seen=seen)
        if answer.status in _REVOKED:
            raise NotPermitted(
                f"{self._system} answered {answer.status} to the calendar's link: it was revoked or is not whole. "
                "Make a new one there and enter it."
            )
        if not self._is_whole(answer.octets):
            if _is_web_page(answer):
                raise NotPermitted(
                    f"{self._system} answered the calendar's link with a web page, perhaps to sign in. "
                    "Open the link in a private window; if no calendar comes, make a new one there and enter it."
                )
            raise Unreachable(f"{self._system} answered the calendar's link with no whole calendar; nothing was read.")
        now = Seen(
            etag=_validator(answer.headers, "etag"),
            last_modified=_validator(answer.headers, "last-modified"),
            digest=hashlib.sha256(answer.octets).hexdigest(),
        )
        if seen is not None and seen.digest == now.digest:  # many send the whole text again, whatever they are asked
            return Unchanged(seen=now)
        return Fresh(octets=answer.octets, seen=now)


def pause(*, at_least: timedelta, asked: timedelta | None, failures: int, chance: float) -> timedelta:
    """How long to wait before the next reading.

    `at_least` is what the system allows, `asked` what this text asks for, `failures` how many readings failed since the
    last good one: each doubles the pause, up to six hours. `chance` in [0, 1) spreads many askers over a tenth of it.
    """
    steady = min(max(at_least, asked or at_least), max(_SELDOM, at_least))
    longest = max(steady, _LONGEST_PAUSE)
    waited = steady
    for _ in range(failures):
        waited = min(2 * waited, longest)
        if waited == longest:
            break
    return waited * (1 + _SPREAD * chance)


def _conditions(seen: Seen | None) -> Mapping[str, str]:
    if seen is None:
        return {"Cache-Control": "no-cache"}
    told = {"If-None-Match": seen.etag, "If-Modified-Since": seen.last_modified}
    return {name: value for name, value in told.items() if value}


def _validator(headers: Mapping[str, str], name: str) -> str | None:
    value = headers.get(name, "").strip()
    return value if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else None


def _is_web_page(answer: Answer) -> bool:
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    begins = answer.octets[:256].removeprefix(b"\xef\xbb\xbf").lstrip()
    return media_type in {"text/html", "application/xhtml+xml"} or begins.startswith(b"<")
