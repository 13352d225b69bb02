"""Times looked for in the system, and which few of them are offered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from frontdesk.dialogue.effects import AgeFits, CheckAge, FindSlots, NotAtThatAge, SlotsFound
from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period, instant, wall
from frontdesk.domain.visitor import Visitor
from frontdesk.domain.wish import Window, Wish
from frontdesk.ports.system import Choice, SlotRequest, System
from frontdesk.reception.company import Company
from frontdesk.reception.visits import Visits
from frontdesk.scheduling.offers import Chosen, offers
from frontdesk.scheduling.spread import one_a_start

MANY = 24
"""Times that are looked at for people who come together: of these, a few leave room for all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Looking:
    """What a search needs. `now` is UTC."""

    practice: Practice
    system: System
    visits: Visits
    now: datetime

    async def run(self, effect: FindSlots | CheckAge) -> SlotsFound | AgeFits | NotAtThatAge:
        """What either brings. Raises Fault where the system fails."""
        return await (self.look(effect) if isinstance(effect, FindSlots) else self.check_age(effect))

    async def look(self, effect: FindSlots) -> SlotsFound | NotAtThatAge:
        """The best few times for a wish, or who whoever comes would have to be. Raises Fault where the system fails."""
        policies, wish = self.practice.policies, effect.wish
        visitor = await self.visits.visitor(without=effect.moving, born=effect.born, own=effect.own)
        if (refused := self.at_that_age(effect.service, visitor, years=effect.years)) is not None:
            return refused
        if effect.moved_from is not None:
            wish = wish.seen_from(wall(effect.moved_from, self.practice.locations[0].zone))
        if effect.beside is not None:
            wish = _just_then(wall(effect.beside, self.practice.locations[0].zone))
        few = Choice(wish=wish, count=policies.offers, passed_over=tuple(effect.passed_over))
        request = SlotRequest(
            service=effect.service,
            within=Period(start=self.now, end=self.now + policies.horizon),
            visitor=visitor,
            few=replace(few, count=MANY) if effect.along else few,
            moving=effect.moving if effect.beside is not None or _names_a_moment(effect.wish) else None,
        )
        slots = await self.system.find_slots(request)
        chosen = self._chosen(slots, few, count=few.count)
        if effect.along and not (chosen.exact and few.wish.names_one_start):
            many = self._chosen(slots, few, count=MANY)
            if (found := await self._in_company(effect, many, count=few.count)) is not None:
                return found
        if effect.beside is not None and not chosen.exact:
            that_day = await self._that_day(effect, visitor, beside=effect.beside)
            return SlotsFound(slots=that_day or chosen.slots, exact=False)
        return SlotsFound(slots=chosen.slots, exact=chosen.exact)

    def _chosen(self, slots: Sequence[Slot], few: Choice, *, count: int) -> Chosen:
        return offers(slots, few.wish, practice=self.practice, count=count, passed_over=few.passed_over)

    async def _in_company(self, effect: FindSlots, many: Chosen, *, count: int) -> SlotsFound | None:
        """The few of many times that leave room for those who come along; None: no day has any. Raises Fault."""
        company = Company(system=self.system, practice=self.practice, services=effect.along, now=self.now)
        if not (found := await company.with_room(many.slots, count=count)):
            return None
        along = tuple(others for _, others in found)
        return SlotsFound(slots=tuple(one for one, _ in found), exact=many.exact, along=along)

    async def check_age(self, effect: CheckAge) -> AgeFits | NotAtThatAge:
        """Whether whoever comes may have the service at their age."""
        visitor = await self.visits.visitor(without=None, born=effect.born)
        refused = self.at_that_age(effect.service, visitor, years=effect.years)
        return refused or AgeFits(service=effect.service)

    async def _that_day(self, effect: FindSlots, visitor: Visitor, *, beside: datetime) -> tuple[Slot, ...]:
        """The few starts on the day of `beside` that lie nearest to it, soonest first; () where that day has none."""
        zone = self.practice.locations[0].zone
        day = wall(beside, zone).date()
        begins, ends = (instant(one, time(), zone) for one in (day, day + timedelta(days=1)))
        if ends <= self.now:
            return ()
        within = Period(start=max(begins, self.now), end=ends)
        request = SlotRequest(service=effect.service, within=within, visitor=visitor, moving=effect.moving)
        free = one_a_start(sorted(await self.system.find_slots(request), key=lambda slot: slot.during.start))
        near = sorted(free, key=lambda slot: abs(slot.during.start - beside))[: self.practice.policies.offers]
        return tuple(sorted(near, key=lambda slot: slot.during.start))

    def at_that_age(self, service: ServiceId, visitor: Visitor, *, years: int | None = None) -> NotAtThatAge | None:
        """The rule that keeps whoever comes from a service for as long as it can be booked; None: there is none."""
        rules = self.practice.service(service).rules
        if visitor.born is None:
            too_young = years is not None and rules.from_age is not None and years < rules.from_age
            return NotAtThatAge(service=service, from_age=rules.from_age, to_age=rules.to_age) if too_young else None
        today = wall(self.now, self.practice.locations[0].zone).date()
        if rules.fits_age(visitor.born, first=today, last=today + self.practice.policies.horizon):
            return None
        return NotAtThatAge(service=service, from_age=rules.from_age, to_age=rules.to_age)


def _just_then(start: datetime) -> Wish:
    """That day, and that time on the wall clock."""
    return Wish(windows=(Window(first=start.date(), last=start.date(), at=start.time()),))


def _names_a_moment(wish: Wish) -> bool:
    """Whether an hour was named: only then may a visit be moved by less than its own length."""
    return any(window.at is not None for window in wish.windows)
