"""A course of visits, planned as one and booked whole or not at all."""

from frontdesk.dialogue.effects import BookCourse, Effect, FindCourse
from frontdesk.dialogue.flow import BOOKING, Flow, Need, Question, service_of, who_of
from frontdesk.dialogue.says import AskGap, ReadBackCourse
from frontdesk.dialogue.state import Ask, State


def _plan(state: State) -> Question | Effect:
    known = state.known
    assert known.sessions is not None  # what makes it a course
    assert known.wish is not None  # the need before this one
    if state.asked is Ask.GAP and known.sessions.at_least is None:
        return Question(ask=Ask.GAP, say=AskGap(visits=known.sessions.visits))
    return FindCourse(
        service=service_of(known),
        wish=known.wish,
        visits=known.sessions.visits,
        at_least=known.sessions.at_least,
        at_most=known.sessions.at_most,
        passed_over=state.passed_over,
        born=known.birth_date,
    )


def _read_back(state: State) -> Question:
    known = state.known
    return Question(
        ask=Ask.AGREED,
        say=ReadBackCourse(
            plan=known.plan,
            who=who_of(state),
        ),
    )


def _book(state: State) -> tuple[Effect, ...]:
    known = state.known
    booking = BookCourse(
        plan=known.plan,
        who=who_of(state),
        first_visit=bool(known.first_visit),
        born=known.birth_date if known.visitor else None,
    )
    return (booking,)


_OF_ITS_OWN = {
    "slot": Need(name="plan", known=lambda state: bool(state.known.plan), next=_plan),
    "agreed": Need(name="agreed", known=lambda state: state.known.agreed, next=_read_back),
}

COURSE = Flow(name="course", needs=tuple(_OF_ITS_OWN.get(need.name, need) for need in BOOKING.needs), then=_book)
