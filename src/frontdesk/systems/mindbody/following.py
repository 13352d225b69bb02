"""What has changed of visits. Mindbody has no list of changes, so the book of two months is read and compared.

What was read is kept in short in the text that the next question begins with, so that nothing is kept here.
"""

import base64
import binascii
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from frontdesk.domain.time import wall
from frontdesk.ports.faults import Refused
from frontdesk.systems.mindbody.booking import Book
from frontdesk.systems.mindbody.mapping import Visit

_BACK, _AHEAD = timedelta(days=1), timedelta(days=60)
_VERSION = "1 "
_MOST = 4 * 1024 * 1024  # octets, unpacked: a hundred thousand visits

Known = Mapping[int, tuple[int, int]]
"""By the number of a visit: its day, and the sum of what it was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """The visits that are other than they were, and the numbers of those that are no more."""

    visits: tuple[Visit, ...]
    gone: tuple[int, ...]
    next: str


async def followed(book: Book, since: str | None) -> Followed:
    """What has changed; None: all from a day ago on. One that was moved out of the two months is looked for.

    Raises: Refused (`since` is none of ours), Unreachable, NotPermitted.
    """
    before = None if since is None else _unpacked(since)
    first, last = book.today - _BACK, book.today + _AHEAD
    visits = book.read(await book.client.appointments(first, last))
    now = {one.number: (_day(one, book), _sum(one)) for one in visits}
    changed = [one for one in visits if before is None or before.get(one.number, (0, None))[1] != _sum(one)]
    away = [number for number, (day, _) in (before or {}).items() if number not in now and day >= first.toordinal()]
    rows = await book.client.appointments_by_number(away, *book.a_year) if away else []
    moved_away = book.read(rows)
    gone = sorted(set(away) - {one.number for one in moved_away})
    return Followed(visits=(*changed, *moved_away), gone=tuple(gone), next=_packed(now))


def _day(one: Visit, book: Book) -> int:
    return wall(one.during.start, book.zone).date().toordinal()


def _sum(one: Visit) -> int:
    """Of what a visit is to the desk; its note may change unseen."""
    told = (one.standing, one.confirmed, one.during, one.location, one.staff, one.service, one.resources, one.client)
    return zlib.crc32(repr(told).encode())


def _packed(now: Known) -> str:
    lines = "\n".join(f"{number:x} {day:x} {sum_:x}" for number, (day, sum_) in sorted(now.items()))
    return _VERSION + base64.b64encode(zlib.compress(lines.encode(), 9)).decode()


def _unpacked(since: str) -> Known:
    wrong = Refused("Changes are asked for since something that is no mark of ours; begin anew.")
    if not since.startswith(_VERSION):
        raise wrong
    try:
        unpacking = zlib.decompressobj()
        whole = unpacking.decompress(base64.b64decode(since[len(_VERSION) :], validate=True), _MOST)
        if not unpacking.eof:
            raise wrong
        return dict(_known(whole.decode().splitlines()))
    except (binascii.Error, zlib.error, ValueError):
        raise wrong from None


def _known(lines: Iterable[str]) -> Iterable[tuple[int, tuple[int, int]]]:
    for line in lines:
        number, day, sum_ = line.split(" ")
        yield int(number, 16), (int(day, 16), int(sum_, 16))
