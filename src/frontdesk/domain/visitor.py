"""Who a visit is for, as far as the rules of booking ask."""

from dataclasses import dataclass
from datetime import date

from frontdesk.domain.appointment import Appointment
from frontdesk.domain.time import Period


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """What is known of the patient. None is not known, and rules out nothing.

    `visits` are theirs, past and to come; those that did not take place are left out of account. Where these are not
    known, `elsewhere` are times at which they are known to be taken.
    """

    is_new: bool | None = None
    born: date | None = None
    visits: tuple[Appointment, ...] | None = None
    elsewhere: tuple[Period, ...] = ()

    @property
    def kept(self) -> tuple[Appointment, ...]:
        """The visits that took place or stand, soonest first."""
        return tuple(sorted((one for one in self.visits or () if one.status.takes_time), key=lambda one: one.during))


ANYBODY = Visitor()
