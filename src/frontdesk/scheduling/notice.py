"""Whether a visit may still be changed by the assistant."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.practice import Policies


@dataclass(frozen=True, kw_only=True, slots=True)
class MayChange:
    """The visit can be moved or cancelled, up to and including `until`."""

    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TooLate:
    """The visit could be changed up to `since`; now a person decides."""

    since: datetime


def may_change(visit: Appointment, policies: Policies, *, now: datetime) -> MayChange | TooLate:
    """Whether the notice that the practice asks for is still kept; exactly at its end it is."""
    last = visit.during.start - policies.change_notice
    return MayChange(until=last) if now <= last else TooLate(since=last)
