"""What comes of a course, of waiting, of a visit confirmed, of forms and of insurance."""

from dataclasses import replace

from frontdesk.dialogue.advance import advance
from frontdesk.dialogue.booking import next_service
from frontdesk.dialogue.changing import ended
from frontdesk.dialogue.effects import (
    CourseBooked,
    CourseFound,
    CourseTaken,
    CoverageKept,
    Effect,
    FormsFound,
    ListJoined,
    ListLeft,
    OpenIntake,
    Reason,
    SendInvitation,
    TellStaff,
    VisitConfirmed,
)
from frontdesk.dialogue.learn import INSURING, WAITING
from frontdesk.dialogue.says import (
    AskGap,
    Say,
    SayConfirmed,
    SayCoverageKept,
    SayFormIsIn,
    SayFormWaits,
    SayNoPlan,
    SayOffWaitlist,
    SayOnWaitlist,
    SayPersonComes,
    SayPlan,
    SayTaken,
)
from frontdesk.dialogue.state import AGREEMENTS, Ask, State
from frontdesk.dialogue.step import Step

Outcome = CourseFound | CourseBooked | CourseTaken | ListJoined | ListLeft | VisitConfirmed | FormsFound | CoverageKept


def settle_outcome(state: State, result: Outcome) -> Step:
    """What to do about it."""
    match result:
        case CourseFound():
            return _planned(state, result)
        case CourseTaken():
            other = replace(state, known=replace(state.known, plan=(), agreed=False))
            return advance(other).saying_first(SayTaken(slot=result.slot))
        case CourseBooked():
            return _course_booked(state, result)
        case ListJoined():
            done = ended(replace(state, waits=True), SayOnWaitlist(service=result.service, wish=result.wish))
            return next_service(state, done) if state.known.also else done
        case ListLeft():
            off = SayOffWaitlist(count=result.count)
            state = replace(state, waits=False)
            if state.flow in {None, WAITING} or state.asked is Ask.OPENING:
                return ended(state, off)
            return advance(state).saying_first(off)
        case VisitConfirmed():
            return ended(state, SayConfirmed(visits=(result.appointment,)))
        case FormsFound():
            return _forms(state, result)
        case CoverageKept():
            if state.flow != INSURING:  # it was said in passing, with the answer to something else
                return Step(state=state)
            kept = SayCoverageKept(payer=result.payer, member=result.member)
            return ended(state, kept).doing_first(TellStaff(reason=Reason.COVERAGE))


def _planned(state: State, found: CourseFound) -> Step:
    visits = state.known.sessions.visits if state.known.sessions else 0
    if found.plan is None:
        return Step(state=replace(state, asked=Ask.GAP), says=(AskGap(visits=visits),))
    if not found.plan:
        known = replace(state.known, wish=None, unmet=state.known.wish)
        return Step(state=replace(state, known=known, asked=Ask.TIME, passed_over=()), says=(SayNoPlan(visits=visits),))
    step = advance(replace(state, known=replace(state.known, plan=found.plan)))
    return step if step.state.asked in AGREEMENTS else step.saying_first(SayPlan(plan=found.plan))


def _course_booked(state: State, booked: CourseBooked) -> Step:
    visits = booked.appointments
    slots = tuple(visit.slot or wished for visit, wished in zip(visits, state.known.plan, strict=True))
    stands = replace(
        state,
        known=replace(state.known, plan=slots, requested=any(visit.is_requested for visit in visits)),
        booked=(*state.booked, *(visit.id for visit in visits)),
        requested=(*state.requested, *(visit.id for visit in visits if visit.is_requested)),
        last=slots[-1],
    )
    effects: list[Effect] = []
    if state.known.email:
        effects += [
            SendInvitation(appointment=visit.id, email=state.known.email, form=visit is visits[0]) for visit in visits
        ]
    return Step(state=stands, effects=(*effects, OpenIntake(appointment=visits[0].id)))


def _forms(state: State, found: FormsFound) -> Step:
    visits = {visit.id: visit for visit in state.visits or ()}
    says: list[Say] = []
    for form in found.forms:
        if form.link is not None:
            says.append(SayFormWaits(visit=visits[form.visit], link=form.link))
        elif form.sent_in:
            says.append(SayFormIsIn(visit=visits[form.visit]))
    waiting = [say for say in says if isinstance(say, SayFormWaits)]
    if not says:
        return ended(state, SayPersonComes(reason=Reason.VISIT)).doing_first(TellStaff(reason=Reason.VISIT))
    return ended(state, waiting[0] if waiting else says[0])
