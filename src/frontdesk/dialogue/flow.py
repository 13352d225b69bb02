"""Flows as tables: what must be known, in the order a good receptionist asks."""

from collections.abc import Callable
from dataclasses import dataclass

from frontdesk.dialogue.acts import Relation
from frontdesk.dialogue.effects import BookVisit, CheckAge, Effect, FindSlots
from frontdesk.dialogue.says import (
    AskBirthDate,
    AskEmail,
    AskFirstVisit,
    AskName,
    AskNameAndPhone,
    AskPhone,
    AskService,
    AskTime,
    AskWhichOffer,
    Company,
    ReadBack,
    Say,
)
from frontdesk.dialogue.state import Ask, Known, State
from frontdesk.dialogue.who import Who
from frontdesk.domain.ids import ServiceId


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What to say, and what it asks."""

    ask: Ask
    say: Say


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """One thing that must be known. `next` gives the question that fills it, or the effect that does."""

    name: str
    known: Callable[[State], bool]
    next: Callable[[State], Question | Effect]


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """A job the desk does: its needs in order, and what is done once all are known."""

    name: str
    needs: tuple[Need, ...]
    then: Callable[[State], tuple[Effect, ...]]


WAITS = "waiting"
"""The flow of whoever waits for a time."""


def _which_service(state: State) -> Question:
    if state.services_asked:
        return Question(ask=Ask.WHICH_SERVICE, say=AskService(among=state.services_asked))
    return Question(ask=Ask.SERVICE, say=AskService(waits=state.flow == WAITS))


def _first_visit(state: State) -> Question:
    known = state.known
    return Question(ask=Ask.FIRST_VISIT, say=AskFirstVisit(service=service_of(known), other=known.visitor is not None))


def _when(state: State) -> Question:
    return Question(ask=Ask.TIME, say=AskTime(service=service_of(state.known)))


def _slot(state: State) -> Question | Effect:
    if state.offered:
        return Question(ask=Ask.WHICH_OFFER, say=AskWhichOffer(slots=state.offered))
    wish = state.known.wish
    assert wish is not None  # the need before this one
    known = state.known
    return FindSlots(
        service=service_of(known),
        wish=wish,
        passed_over=state.passed_over,
        born=known.birth_date,
        years=known.years,
        own=state.own if known.visitor is None else (),
        beside=(known.wanted_at or known.beside) if wish.is_open and not state.passed_over else None,
        along=_services_along(known) if known.beside is None else (),
    )


def _services_along(known: Known) -> tuple[ServiceId, ...]:
    """What those have who come together with them: what was named for each, else the same."""
    named = [services[0] for services in known.also[: known.more]]
    return (*named, *[service_of(known)] * (known.more - len(named)))


def company_of(known: Known) -> Company:
    """Those who come together with whoever is spoken of."""
    named = known.companions[0][0] if known.companions and known.more == 1 else None
    return Company(more=known.more, given=named or None)


def _name(state: State) -> Question:
    who = state.known.visitor
    if who is not None and state.known.first_visit is False and not state.known.phone:  # their chart has a number
        return Question(ask=Ask.NAME_AND_PHONE, say=AskNameAndPhone(texting=False, who=who))
    if state.known.given:
        return Question(ask=Ask.NAME, say=AskName(given=state.known.given, who=who))
    if state.known.phone or (who is not None and state.address):
        return Question(ask=Ask.NAME, say=AskName(who=who))
    return Question(ask=Ask.NAME_AND_PHONE, say=AskNameAndPhone(texting=state.address is not None, who=who))


def _age_known(state: State) -> bool:
    """A child's age decides what may be done; an adult's is asked for nowhere before the visit."""
    known = state.known
    return known.visitor is not Relation.CHILD or known.years is not None or known.birth_date is not None


def _age_fits(state: State) -> bool:
    """Whether the service was looked at for a minor: that comes before all that would be asked for nothing."""
    known = state.known
    return known.years is None or known.fits == known.service


def _check_age(state: State) -> CheckAge:
    return CheckAge(service=service_of(state.known), born=state.known.birth_date, years=state.known.years)


def _birth_date_known(state: State) -> bool:
    """The practice's system may need it, and of a minor it stands in the file."""
    needed = state.born_needed or state.known.years is not None
    return not needed or state.known.birth_date is not None


def _read_back(state: State) -> Question:
    known = state.known
    assert known.slot is not None
    return Question(
        ask=Ask.AGREED,
        say=ReadBack(
            slot=known.slot,
            who=who_of(state),
        ),
    )


def _book(state: State) -> tuple[Effect, ...]:
    known = state.known
    assert known.slot is not None
    booking = BookVisit(
        slot=known.slot,
        held=known.held,
        who=who_of(state),
        first_visit=bool(known.first_visit),
        born=known.birth_date,
    )
    return (booking,)


def service_of(known: Known) -> ServiceId:
    """The service that is known by now."""
    assert known.service is not None
    return known.service


def who_of(state: State) -> Who:
    """The details of whoever comes, as far as they are known."""
    known = state.known
    return Who(
        given=known.given or "", family=known.family or "", phone=callback_number(state) or "", email=known.email
    )


def callback_number(state: State) -> str | None:
    """The number to call: the one given, else the one they write from, unless they said that it is another."""
    return state.known.phone or (None if state.known.other_phone else state.address)


BOOKING = Flow(
    name="booking",
    needs=(
        Need(name="service", known=lambda state: state.known.service is not None, next=_which_service),
        Need(name="age fits", known=_age_fits, next=_check_age),
        Need(name="first visit", known=lambda state: state.known.first_visit is not None, next=_first_visit),
        Need(
            name="age",
            known=_age_known,
            next=lambda state: Question(
                ask=Ask.BIRTH_DATE,
                say=AskBirthDate(who=state.known.visitor),
            ),
        ),
        Need(name="wish", known=lambda state: state.known.wish is not None, next=_when),
        Need(name="slot", known=lambda state: state.known.slot is not None, next=_slot),
        Need(name="name", known=lambda state: bool(state.known.given and state.known.family), next=_name),
        Need(
            name="phone",
            known=lambda state: callback_number(state) is not None,
            next=lambda _: Question(ask=Ask.PHONE, say=AskPhone()),
        ),
        Need(
            name="email",
            known=lambda state: state.known.email is not None or state.known.without_email,
            next=lambda _: Question(ask=Ask.EMAIL, say=AskEmail()),
        ),
        Need(
            name="birth date",
            known=_birth_date_known,
            next=lambda state: Question(ask=Ask.BIRTH_DATE, say=AskBirthDate(who=state.known.visitor, for_file=True)),
        ),
        Need(name="agreed", known=lambda state: state.known.agreed, next=_read_back),
    ),
    then=_book,
)
