"""SimplePractice's feeds over HTTP: each clinician's calendar, whole, and no older than asked for. Knows no Slot."""

import asyncio
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.time import Period
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Fault, Unreachable
from frontdesk.standards.feed.changes import is_suspect
from frontdesk.standards.feed.reading import read_feed
from frontdesk.standards.feed.text import is_whole
from frontdesk.standards.feed.values import Feed, FeedFault, UnreadableFeed, Weight
from frontdesk.wire.client import HttpClient
from frontdesk.wire.polling import Fresh, Seen, Subscription
from frontdesk.wire.secret_link import SecretLink

_log = structlog.get_logger()

NAME = "SimplePractice"
ANEW = timedelta(0)
"""Read whole now, past every cache: before a time is promised."""
_BEHIND, _AHEAD = timedelta(days=1), timedelta(days=125)
"""What is read of a feed at least, so that one reading serves every question of the coming weeks."""
_STAMP = re.compile(rb"^DTSTAMP[^\r\n]*[\r\n]+", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    feed: Feed
    seen: Seen
    at: datetime
    says: bytes


@dataclass(kw_only=True, slots=True)
class _Calendar:
    """One clinician's feed and what was read of it last. Whoever waits for `turn` shares the reading of another."""

    subscription: Subscription
    last: _Reading | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Client:
    """The feeds of one practice, which are all at one address."""

    def __init__(self, http: HttpClient, links: Mapping[PractitionerId, SecretLink], *, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._calendars = {
            who: _Calendar(
                subscription=Subscription(
                    link, system=NAME, client=lambda _: http, accept="text/calendar", is_whole=is_whole
                )
            )
            for who, link in links.items()
        }

    async def close(self) -> None:
        """Part from SimplePractice."""
        await self._http.close()

    @property
    def whose(self) -> frozenset[PractitionerId]:
        """Who has a feed."""
        return frozenset(self._calendars)

    async def read(self, who: PractitionerId, *, zone: ZoneInfo, within: Period, at_most: timedelta) -> Feed:
        """A clinician's calendar around `within`, read less than `at_most` ago. `zone`: where the feed names none.

        Raises: NotPermitted (the link was revoked, or leads to a page to sign in), Refused (it leads elsewhere),
        Unreachable (it was not read, is torn, or has nothing at once where several visits were to come).
        """
        calendar = self._calendars[who]
        async with calendar.turn:
            now = self._clock.now()
            last = calendar.last
            reaches = last is not None and last.feed.within.contains(within)
            if last is not None and reaches and now - last.at < at_most:
                return last.feed
            try:
                calendar.last = await self._read(calendar, last if reaches else None, zone, within, now, at_most)
            except UnreadableFeed as torn:
                raise Unreachable(f"The feed of {who}: {torn}") from None
            except Fault as fault:
                raise type(fault)(f"The feed of {who}: {fault}") from None
            if last is None or last.feed is not calendar.last.feed:
                _tell(who, calendar.last.feed.faults)
            return calendar.last.feed

    async def _read(
        self,
        calendar: _Calendar,
        last: _Reading | None,
        zone: ZoneInfo,
        within: Period,
        now: datetime,
        at_most: timedelta,
    ) -> _Reading:
        """`last`: the reading before, where it reaches far enough to be kept if nothing is new."""
        known = last.seen if last is not None and at_most > ANEW else None
        answer = await calendar.subscription.read(known)
        if last is not None and not isinstance(answer, Fresh):
            return replace(last, seen=answer.seen, at=now)
        assert isinstance(answer, Fresh)  # unchanged is only what was asked for by what was seen
        says = _said(answer.octets)
        if last is not None and last.says == says:
            return replace(last, seen=answer.seen, at=now)
        span = Period(start=min(within.start, now) - _BEHIND, end=max(within.end, now + _AHEAD) + _BEHIND)
        feed = await asyncio.to_thread(read_feed, answer.octets, zone=zone, within=span)
        if calendar.last is not None and is_suspect(calendar.last.feed, feed, now=now):
            raise Unreachable(
                f"{NAME} tells no visit at all any more, and had several to come; this is not taken for free time. "
                "See there whether the calendar is empty; if it is, restart Frontdesk."
            )
        return _Reading(feed=feed, seen=answer.seen, at=now, says=says)


def _said(octets: bytes) -> bytes:
    """The same for two texts that differ in their stamps alone: each reading has new ones, and reading takes time."""
    return hashlib.sha256(_STAMP.sub(b"", octets)).digest()


def _tell(who: PractitionerId, faults: Iterable[FeedFault]) -> None:
    """What was lost is told to whoever runs Frontdesk. Doubts are not: each real feed has one, about its zone."""
    for fault in faults:
        if fault.weight is Weight.LOST:
            _log.warning(
                "a visit was not understood and counts as busy", system=NAME, practitioner=who, line=fault.line
            )
        else:
            _log.debug("something of a feed may be meant otherwise", system=NAME, practitioner=who, line=fault.line)
