"""What a message adds to what is known; each act changes the conversation's memory in its own way."""

from collections.abc import Sequence
from dataclasses import replace

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskOther,
    Book,
    Choose,
    Deny,
    DontMind,
    FirstVisit,
    GiveEmail,
    GiveName,
    GivePhone,
    NameService,
    NoEmail,
    SamePhone,
    WhichTime,
    WishTime,
)
from frontdesk.dialogue.state import Ask, Known, State
from frontdesk.domain.wish import Wish

CORRECTIONS = (NameService, WishTime, WhichTime, GiveName, GivePhone, GiveEmail, Choose, AskOther)


def learn(state: State, heard: Sequence[Act]) -> State:
    """The conversation after these acts, in their order. A new wish or service drops the time chosen before."""
    correcting = any(isinstance(act, CORRECTIONS) for act in heard)
    for act in heard:
        state = _learn_one(state, act, correcting=correcting)
    return state


def _learn_one(state: State, act: Act, *, correcting: bool) -> State:
    known = state.known
    match act:
        case Book():
            return replace(state, flow="booking")
        case NameService():
            return _service_named(state, act)
        case FirstVisit():
            return _with(state, first_visit=act.first)
        case WishTime():
            return _wished(state, known.wish.refined_by(act.wish) if known.wish else act.wish)
        case WhichTime():
            return replace(_wished(state, None), readings=act.readings)
        case Choose():
            return _chosen(state, act)
        case DontMind():
            return _does_not_mind(state)
        case AskOther():
            return _passed_over(state)
        case GiveName():
            return _named(state, act)
        case GivePhone():
            return _with(state, phone=act.phone, agreed=False)
        case SamePhone():
            return _with(state, phone=state.address or known.phone)
        case GiveEmail():
            return _with(state, email=act.email, without_email=False, agreed=False)
        case NoEmail():
            return _with(state, email=None, without_email=True)
        case Affirm():
            return _affirmed(state, correcting=correcting)
        case Deny():
            return _passed_over(state) if state.asked is Ask.WHICH_OFFER and not correcting else state
        case _:
            return state


def _service_named(state: State, act: NameService) -> State:
    state = replace(state, flow=state.flow or "booking")
    if len(act.services) > 1:
        if state.known.service in act.services:
            return state
        return replace(_with(state, service=None, slot=None, agreed=False), services_asked=act.services, offered=())
    if act.services[0] == state.known.service:
        return state
    changed = replace(state, services_asked=(), offered=(), passed_over=())
    return _with(changed, service=act.services[0], slot=None, agreed=False)


def _wished(state: State, wish: Wish | None) -> State:
    changed = replace(state, flow=state.flow or "booking", readings=(), offered=(), passed_over=())
    return _with(changed, wish=wish, slot=None, agreed=False)


def _chosen(state: State, act: Choose) -> State:
    among = tuple(state.offered[place] for place in act.offers if place < len(state.offered))
    if len(among) == 1:
        return _with(state, slot=among[0], agreed=False)
    return replace(state, offered=among or state.offered)


def _does_not_mind(state: State) -> State:
    if state.asked is Ask.WHICH_OFFER and state.offered:
        return _with(state, slot=state.offered[0], agreed=False)
    if state.known.wish is None:
        return _with(state, wish=Wish())
    return state


def _passed_over(state: State) -> State:
    """None of the offered times will do: look for others."""
    starts = tuple(slot.during.start for slot in state.offered)
    if state.known.slot is not None:
        starts = (*starts, state.known.slot.during.start)
    return _with(replace(state, offered=(), passed_over=(*state.passed_over, *starts)), slot=None, agreed=False)


def _named(state: State, act: GiveName) -> State:
    known = state.known
    if known.given and not known.family and not act.family and act.given.casefold() != known.given.casefold():
        return _with(state, family=act.given, agreed=False)  # the first name was known, this is the other one
    return _with(state, given=act.given, family=act.family or None, agreed=False)


def _affirmed(state: State, *, correcting: bool) -> State:
    match state.asked:
        case Ask.AGREED if not correcting:
            return _with(state, agreed=True)
        case Ask.WHICH_OFFER if len(state.offered) == 1 and not correcting:
            return _with(state, slot=state.offered[0], agreed=False)
        case Ask.NAME_AND_PHONE | Ask.PHONE if state.address:
            return _with(state, phone=state.known.phone or state.address)
        case _:
            return state


def _with(state: State, **changes: object) -> State:
    known: Known = replace(state.known, **changes)  # type: ignore[arg-type]  # the names are Known's own fields
    return replace(state, known=known)
