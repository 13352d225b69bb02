"""What is looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.ids import LocationId, PractitionerId
from frontdesk.domain.practice import Practice, Service
from frontdesk.domain.time import Period
from frontdesk.domain.visitor import ANYBODY, Visitor


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """Visits wholly in `within` that start from `earliest` to `latest`, both included.

    `standing` are the practice's visits of those days: they count for what is limited a day, and classes among
    them can be joined. Times kept for new patients are open to all that start no later than `released`.
    """

    service: Service
    within: Period
    earliest: datetime
    latest: datetime
    practitioner: PractitionerId | None = None
    location: LocationId | None = None
    visitor: Visitor = ANYBODY
    standing: Sequence[Appointment] = ()
    released: datetime | None = None
    off_grid: bool = False


def search_for(
    practice: Practice,
    service: Service,
    within: Period,
    *,
    now: datetime,
    practitioner: PractitionerId | None = None,
    location: LocationId | None = None,
    visitor: Visitor = ANYBODY,
    standing: Sequence[Appointment] = (),
    until: datetime | None = None,
) -> Search:
    """A search by the lead time and horizon of the service, or else of the practice. What is past is not searched.

    `until` takes the place of the horizon.
    """
    rules, policies = service.rules, practice.policies
    if within.start < now < within.end:
        within = Period(start=now, end=within.end)
    lead_time = policies.lead_time if rules.lead_time is None else rules.lead_time
    return Search(
        service=service,
        within=within,
        earliest=now + lead_time,
        latest=until or now + (rules.horizon or policies.horizon),
        practitioner=practitioner,
        location=location,
        visitor=visitor,
        standing=standing,
        released=None if policies.release_for_new is None else now + policies.release_for_new,
    )
