"""What comes of looking for a time, of holding it and of booking it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from frontdesk.dialogue.acts import Relation
from frontdesk.dialogue.advance import advance
from frontdesk.dialogue.answering import agreed_to_move
from frontdesk.dialogue.changing import opening_gone
from frontdesk.dialogue.effects import (
    AgeFits,
    Effect,
    NotAtThatAge,
    OpenIntake,
    Reason,
    SendInvitation,
    SlotHeld,
    SlotsFound,
    SlotTaken,
    TellStaff,
    VisitBooked,
)
from frontdesk.dialogue.flow import company_of
from frontdesk.dialogue.learn import BOOKING
from frontdesk.dialogue.says import (
    OfferSlots,
    SayBooked,
    SayCourseBooked,
    SayHolding,
    SayNextPerson,
    SayNotAtThatAge,
    SayNothingFree,
    SayServiceNow,
    SayTaken,
)
from frontdesk.dialogue.state import AGREEMENTS, Ask, Known, State
from frontdesk.dialogue.step import Step
from frontdesk.domain.appointment import Appointment, Slot
from frontdesk.domain.wish import Wish

ADULT = 18
"""Years."""
BESIDE = timedelta(hours=12)
"""A visit that begins within so much of the other's is on the same day."""

Outcome = SlotsFound | AgeFits | NotAtThatAge | SlotHeld | SlotTaken | VisitBooked


def settle_booking(state: State, result: Outcome) -> Step:
    """What to do about it."""
    match result:
        case SlotsFound():
            one = result.exact and _names_one_start(state)
            return _found(agreed_to_move(state) if one else state, result)
        case AgeFits():
            return advance(replace(state, known=replace(state.known, fits=result.service)))
        case NotAtThatAge():
            told = SayNotAtThatAge(service=result.service, from_age=result.from_age, to_age=result.to_age)
            refused = replace(state.known, years=None, birth_date=None, agreed=False)
            return Step(state=replace(_done(state), refused=refused), says=(told,))
        case SlotHeld():
            known = replace(state.known, slot=result.slot, held=result.held, held_until=result.until)
            step = advance(replace(state, known=known, offered=()))
            news = state.asked not in AGREEMENTS and not any(isinstance(say, SayHolding) for say in step.says)
            return step.saying_first(SayHolding(slot=result.slot)) if news and _asks_more(step) else step
        case SlotTaken() if state.asked is Ask.OPENING:
            return opening_gone(state, result.slot)
        case SlotTaken():
            known = replace(state.known, slot=None, held=None, held_until=None, agreed=False)
            step = advance(replace(state, known=known, offered=()))
            return step.saying_first(SayTaken(slot=result.slot))
        case VisitBooked():
            return _booked(state, result)


def stands(state: State, *, mail: str | None, form: str | None) -> Step:
    """It is booked, whether mail and form can be had or not."""
    slot, plan = state.known.slot, state.known.plan
    if plan:
        told = SayCourseBooked(plan=plan, email=mail, intake=form, requested=state.known.requested)
        return Step(state=_done(state), says=(told,))
    assert slot is not None
    minor = _is_minor(state.known, on=slot.during.start.date())
    booked = SayBooked(slot=slot, email=mail, intake=form, requested=state.known.requested, minor=minor)
    done = Step(state=_done(state), says=(booked,))
    if state.known.more:
        return _next_person(state, done)
    return next_service(state, done) if state.known.also else done


def _is_minor(known: Known, *, on: date) -> bool:
    """Whether whoever comes is below eighteen on that day, as far as it is known."""
    born = known.birth_date
    if born is None:
        return known.years is not None
    return (on.year - born.year - ((on.month, on.day) < (born.month, born.day))) < ADULT


def _found(state: State, found: SlotsFound) -> Step:
    if not found.slots:
        known = replace(state.known, wish=None, unmet=state.known.wish)
        return Step(
            state=replace(state, known=known, asked=Ask.TIME, offered=(), passed_over=()), says=(SayNothingFree(),)
        )
    at_once = _names_one_start(state) or found.slots[0].during.start == state.wanted_start
    if found.exact and at_once:
        return advance(replace(state, known=replace(state.known, slot=found.slots[0])))
    told = _which_service(state)
    exact = found.exact or _beside_the_other(state.known, found.slots)
    again = not exact and state.flow == BOOKING and _asked_before(state.known)
    known = replace(state.known, renamed=False, unmet=None if exact else state.known.wish)
    offering = replace(state, offered=found.slots, asked=Ask.WHICH_OFFER, known=known)
    company = company_of(known) if known.more and known.beside is None else None
    wanted = known.wish.practitioner if known.wish is not None and not exact else None
    offer = OfferSlots(
        slots=found.slots,
        exact=exact,
        again=again,
        wanted=wanted,
        missed=None if exact else _one_day(known.wish),
        along=found.along,
        company=company,
    )
    return Step(state=offering, says=(*told, offer))


def _asked_before(known: Known) -> bool:
    """Whether the time that nothing fits was asked for already: then the waitlist is spoken of."""
    return known.unmet is not None and known.wish is not None and known.unmet.windows == known.wish.windows


def _beside_the_other(known: Known, slots: Sequence[Slot]) -> bool:
    """Whether a time is as near to the visit it belongs to as was asked; no moment was named, so that day will do."""
    if known.beside is None or known.wanted_at is not None:
        return False
    return any(abs(slot.during.start - known.beside) < BESIDE for slot in slots)


def _which_service(state: State) -> tuple[SayServiceNow, ...]:
    """For which service times are offered, where that may not be clear: it is another one, or one of several."""
    known = state.known
    if known.service is None or not (known.renamed or (known.also and state.asked is not Ask.WHICH_OFFER)):
        return ()
    return (SayServiceNow(service=known.service, first=None if known.renamed else True),)


def _one_day(wish: Wish | None) -> date | None:
    if wish is None or len(wish.windows) != 1 or wish.windows[0].first != wish.windows[0].last:
        return None
    return wish.windows[0].first


def _names_one_start(state: State) -> bool:
    return state.known.wish is not None and state.known.wish.names_one_start


def _asks_more(step: Step) -> bool:
    return bool(step.says) and step.state.asked not in AGREEMENTS


def _booked(state: State, result: VisitBooked) -> Step:
    requested = result.appointment.is_requested
    known = replace(state.known, slot=_as_booked(result.appointment, state.known.slot), requested=requested)
    booked = replace(
        state,
        known=known,
        booked=(*state.booked, result.appointment.id),
        own=(*state.own, result.appointment.id) if known.visitor is None else state.own,
        requested=(*state.requested, result.appointment.id) if requested else state.requested,
        last=known.slot,
    )
    effects: tuple[Effect, ...] = (OpenIntake(appointment=result.appointment.id),)
    if known.email and not requested:
        effects = (SendInvitation(appointment=result.appointment.id, email=known.email), *effects)
    if result.another:
        effects = (*effects, TellStaff(reason=Reason.TWICE))
    return Step(state=booked, effects=effects)


def _as_booked(visit: Appointment, wished: Slot | None) -> Slot | None:
    """The time as the calendar has it: what is told is the visit, not the wish."""
    if wished and (wished.during, wished.practitioner) == (visit.during, visit.practitioner):
        return wished
    return visit.slot or wished


def _next_person(state: State, done: Step) -> Step:
    """Who comes with them, as near to that time as can be, unless they say otherwise: for the service that was named
    for them, else for the same.
    """
    slot = state.known.slot
    assert slot is not None
    services, *left = state.known.also or ((slot.service,),)
    (given, family), *others = state.known.companions or (("", ""),)
    following = replace(
        done.state.known,
        service=services[0] if len(services) == 1 else None,
        also=tuple(left),
        wish=Wish(),
        beside=slot.during.start,
        visitor=Relation.CHILD if state.known.visitor is Relation.CHILD or state.known.child_along else Relation.OTHER,
        years=state.known.years_along,
        given=given or None,
        family=family or None,
        companions=tuple(others),
        first_visit=state.known.more_first,
        more=state.known.more - 1,
        more_first=state.known.more_first,
        requested=False,
    )
    asked = services if len(services) > 1 else ()
    step = advance(replace(done.state, flow=BOOKING, known=following, services_asked=asked))
    other = following.service not in {None, slot.service}
    now = (SayServiceNow(service=services[0]),) if other else ()
    return step.saying_first(*done.says, SayNextPerson(left=state.known.more, given=given or None), *now)


def next_service(state: State, done: Step) -> Step:
    """What else they asked for: as soon after the visit that was booked as can be, unless they say otherwise.

    `done` is what is told of the first. Where that has no time yet, the same wish is looked for.
    """
    slot = state.known.slot
    services, *left = state.known.also
    following = replace(
        done.state.known,
        service=services[0] if len(services) == 1 else None,
        also=tuple(left),
        wish=Wish() if slot else state.known.wish,
        beside=slot.during.end if slot else None,
        given=state.known.given,
        family=state.known.family,
        visitor=state.known.visitor,
        birth_date=state.known.birth_date,
        years=state.known.years,
        first_visit=False if slot else state.known.first_visit,
    )
    asked = services if len(services) > 1 else ()
    step = advance(replace(done.state, flow=BOOKING, known=following, services_asked=asked))
    now = () if asked else (SayServiceNow(service=services[0], first=False),)
    return step.doing_first(*done.effects).saying_first(*done.says, *now)


def _done(state: State) -> State:
    """After a booking: who they are stays known, the visit does not."""
    oneself = state.known.visitor is None
    known = Known(
        given=state.known.given if oneself else None,
        family=state.known.family if oneself else None,
        phone=state.known.phone,
        email=state.known.email,
        without_email=state.known.without_email,
        first_visit=False if oneself else None,
    )
    return replace(state, flow=None, known=known, asked=None, offered=(), passed_over=(), services_asked=())
