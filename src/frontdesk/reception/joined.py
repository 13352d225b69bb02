"""A practice's connection while it is open: the connector itself, and the calendar that the desk makes of it."""

from dataclasses import dataclass
from datetime import timedelta

from frontdesk.ports.abilities import HearsNotices, TellsChanges
from frontdesk.ports.connecting import Connector
from frontdesk.ports.system import System

EVERY = timedelta(minutes=1)
SHARE = 10
"""Following takes at most one of so many requests that the vendor lets us send."""


def asked_every(between: timedelta | None) -> timedelta:
    """How often a system is asked that lets a request leave so often; None: as often as we like."""
    return max(EVERY, SHARE * between) if between else EVERY


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """`key` is the system's own name, like "opendental". Whoever opened it closes `connector`.

    `every`: how often it is asked what has changed there, where it does not say so by itself.
    """

    key: str
    connector: Connector
    calendar: System
    every: timedelta = EVERY


def tells_changes(connector: Connector) -> TellsChanges | None:
    """The connector as one that tells what has changed; None where it cannot."""
    return connector if isinstance(connector, TellsChanges) else None


def hears_notices(connector: Connector) -> HearsNotices | None:
    """The connector as one that knows its own notices; None where it cannot."""
    return connector if isinstance(connector, HearsNotices) else None
