"""The events of Open Dental's API Subscriptions: what each is about. Nothing of what they say is believed.

They bear no signature and no time; the office's key in their Authorization header is all that tells them from
anybody's. Whoever has read one can send it again, which costs a reading and changes nothing.
"""

import hashlib
import json
from collections.abc import Iterator

import structlog

from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import Notice, Told
from frontdesk.ports.faults import Refused
from frontdesk.systems.opendental.book import NAME
from frontdesk.systems.opendental.client import Keys

_log = structlog.get_logger()

VISITS = {"Appointment", "AppointmentDeleted"}
CHARTS = {"Patient", "PatField"}
OFFICE = {"Operatory", "Provider", "Schedule"}
"""What else can be watched: hours and rooms, which are read anew for each question."""


def told_in(notice: Notice, keys: Keys) -> list[Told]:
    """What a POST is about: one Told for its batch of at most 1000 rows; [] for what is nothing to us.

    Raises: Refused (it does not bear the office's key).
    """
    if not keys.is_of_office(notice.headers.get("authorization", "")):
        raise Refused("This does not bear the key of an office of ours.")
    kind = notice.headers.get("event-type", "")
    table = kind.rpartition(":")[2].strip()  # "WatchTable: Appointment"; an office before 22.4.35 sends none
    if table in OFFICE or kind.startswith("UiEventType"):
        return []
    id = hashlib.sha256(kind.encode() + b"\n" + notice.body).hexdigest()
    try:
        rows = json.loads(notice.body)
    except ValueError:
        rows = None
    if not isinstance(rows, list) or table not in {"", *VISITS, *CHARTS}:
        _log.warning("an event was not understood; everything counts as changed", system=NAME)
        return [Told(id=id, everything=True)]
    visits = tuple(map(AppointmentId, _numbers(rows, "AptNum"))) if table not in CHARTS else ()
    charts = tuple(_numbers(rows, "PatNum")) if table in CHARTS or not (table or visits) else ()
    if rows and not (visits or charts):
        _log.warning("an event names nothing; everything counts as changed", system=NAME)
        return [Told(id=id, everything=True)]
    return [Told(id=id, visits=visits, charts=charts)] if rows else []


def _numbers(rows: list[object], key: str) -> Iterator[str]:
    """The numbers of the rows, each once."""
    seen: set[str] = set()
    for row in rows:
        number = row.get(key) if isinstance(row, dict) else None
        text = str(number) if isinstance(number, int | str) and not isinstance(number, bool) else ""
        if text.isascii() and text.isdecimal() and text not in seen:
            seen.add(text)
            yield text
