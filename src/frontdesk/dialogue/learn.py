"""What a message adds to what is known; each act changes the conversation's memory in its own way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskForm,
    AskOther,
    AskOthersVisit,
    AskVisit,
    Book,
    Cancel,
    Choose,
    Confirm,
    Deny,
    DontMind,
    EveryVisit,
    FirstVisit,
    ForOther,
    ForSelf,
    GiveBirthDate,
    GiveCode,
    GiveEmail,
    GiveMember,
    GiveName,
    GivePayer,
    GivePhone,
    NameCompanion,
    NameService,
    NoEmail,
    Relation,
    Repeat,
    Reschedule,
    SamePhone,
    Sessions,
    Several,
    Shift,
    SpeakLanguage,
    TellMinor,
    Unsure,
    Waitlist,
    WhichTime,
    WishTime,
    WrongPhone,
)
from frontdesk.dialogue.answering import wants_another_time
from frontdesk.dialogue.state import Ask, Known, State, Way
from frontdesk.domain.wish import Wish

BOOKING, COURSE, WAITING, INSURING = "booking", "course", "waiting", "insuring"
JOBS: Mapping[type[Act], str] = {
    Reschedule: "moving",
    Cancel: "cancelling",
    AskVisit: "telling",
    Confirm: "confirming",
    AskForm: "forms",
}
"""What is done with a visit that stands, and the flow that does it."""

_NO_WISHES = frozenset(JOBS.values()) - {JOBS[Reschedule]}
_LOOKED_UP = (Confirm, AskForm)
"""What is wanted of a visit that stands, unless another visit is being arranged: then it is said of that one."""
ALIKE = 0.7
"""So much of two names is the same where one corrects the other: Gonzales and Gonzalez have 0.88."""
CORRECTIONS = (NameService, WishTime, WhichTime, Shift, GiveName, GivePhone, GiveEmail, Choose, AskOther, WrongPhone)


def as_meant(state: State, heard: Sequence[Act]) -> list[Act]:
    """The acts as they are meant at this point of the talk, where the words alone say less.

    Asked whether a visit is to be cancelled, only a plain yes cancels it: beside a no, "cancel" is what is not wanted,
    and another time is a wish to move. A yes to a reminder confirms its visit, and a no wants another time.
    """
    if wants_another_time(state, heard):
        return [Reschedule(), *heard]
    if state.asked is Ask.REMINDED and not any(isinstance(act, tuple(JOBS)) for act in heard):
        return [_to_a_reminder(act) for act in heard]
    if state.asked is Ask.OPENING and state.flow == BOOKING:  # "6:30 instead": of the offer, not of a visit
        times = any(isinstance(act, WishTime | WhichTime | Shift) for act in heard)
        return [act for act in heard if not (times and isinstance(act, Reschedule))]
    if state.asked is Ask.CANCEL_AGREED:
        denied = any(isinstance(act, Deny) for act in heard)
        acts = [act for act in heard if not (denied and isinstance(act, Cancel | Affirm))]
        moves = any(isinstance(act, WishTime | WhichTime | Shift | AskOther) for act in acts)
        agreed = any(isinstance(act, Cancel | Affirm) for act in acts)
        return [Reschedule(), *acts] if moves and not agreed else acts
    return list(heard)


def _to_a_reminder(act: Act) -> Act:
    match act:
        case Affirm():
            return Confirm()
        case Deny() | AskOther():
            return Reschedule()
        case _:
            return act


def learn(state: State, heard: Sequence[Act]) -> State:
    """The conversation after these acts, in their order. A new wish or service drops the time chosen before."""
    correcting = any(_corrects(act, state) for act in heard)
    state = before = _booking_after_all(_old_enough_after_all(state, heard), heard)
    for act in _what_is_wanted_first(heard):
        state = _learn_one(state, act, correcting=correcting)
    if state.flow is not None and state.cancelled:
        state = replace(state, cancelled=False)
    return _together(_one_visit_after_all(before, state, heard), heard)


def _old_enough_after_all(state: State, heard: Sequence[Act]) -> State:
    """Told that somebody is too young for it, they tell another age, or that it is for themselves: it goes on."""
    if state.refused is None:
        return state
    if any(isinstance(act, TellMinor | GiveBirthDate | ForSelf) for act in heard) and state.flow is None:
        return replace(state, flow=BOOKING, asked=None, known=replace(state.refused, fits=None), refused=None)
    other = state.flow is not None or any(isinstance(act, (*JOBS, Book, NameService)) for act in heard)
    return replace(state, refused=None) if other else state


def _booking_after_all(state: State, heard: Sequence[Act]) -> State:
    """Asked for their insurance, they go on to the visit: "book it for June 17"."""
    wants = any(isinstance(act, Book | NameService | WishTime | WhichTime | FirstVisit) for act in heard)
    told = any(isinstance(act, GivePayer | GiveMember) for act in heard)
    if state.flow != INSURING or state.asked is not Ask.MEMBER or not wants or told:
        return state
    return replace(_with(state, without_member=True), flow=BOOKING, asked=None)


def _one_visit_after_all(before: State, after: State, heard: Sequence[Act]) -> State:
    """Another service than the one whose course was spoken of, or no gap that they know of: one visit is wanted."""
    if after.flow != COURSE or before.flow != COURSE or any(isinstance(act, Sessions) for act in heard):
        return after
    other = before.known.service is not None and after.known.service not in {None, before.known.service}
    refused = before.asked is Ask.GAP and any(isinstance(act, Deny | DontMind | Unsure) for act in heard)
    if not (other or refused):
        return after
    return _one_visit(after)


def _one_visit(state: State) -> State:
    """One visit instead of a course, at the time that the course was wanted for, whether it had fitted or not."""
    wish = state.known.wish or state.known.unmet
    alone = replace(state, flow=BOOKING, asked=None, offered=())
    return _with(alone, sessions=None, plan=(), slot=None, agreed=False, wish=wish)


def _together(state: State, heard: Sequence[Act]) -> State:
    """Several services that are wanted in one breath are booked one after the other, in their order."""
    acts = sorted((act for act in heard if isinstance(act, NameService)), key=lambda act: act.for_other)
    named = list(dict.fromkeys(act.services for act in acts))
    each = any(isinstance(act, EveryVisit) for act in heard)
    if state.flow != BOOKING or not each or len(named) < 2:
        return state
    first, *others = named
    wanted = replace(state, services_asked=first if len(first) > 1 else ())
    return _with(wanted, service=first[0] if len(first) == 1 else None, also=tuple(others), renamed=False)


def _corrects(act: Act, state: State) -> bool:
    """Whether it is another thing than what was read back; the time that is kept may be named once more.

    Beside a yes to a time on offer a name or number puts nothing right: none was read back.
    """
    if state.asked is Ask.WHICH_OFFER and isinstance(act, GiveName | GivePhone | GiveEmail):
        return False
    return isinstance(act, CORRECTIONS) and not (isinstance(act, Choose) and not state.offered)


def _what_is_wanted_first(heard: Sequence[Act]) -> list[Act]:
    """The job, then its details. Of several jobs with a visit that stands, moving it comes before taking it out."""
    order = (Reschedule, Cancel, AskVisit, *_LOOKED_UP, Waitlist, Book)
    jobs = [act for kind in order for act in heard if isinstance(act, kind)]
    each = [act for act in heard if isinstance(act, EveryVisit)]
    return [*jobs[:1], *each, *(act for act in heard if act not in jobs and act not in each)]


def _learn_one(state: State, act: Act, *, correcting: bool) -> State:
    known = state.known
    match act:
        case Book() | Reschedule() | Cancel() | AskVisit():
            return _job_wanted(state, act)
        case Confirm() | AskForm():
            return _job_wanted(state, act) if state.flow is None or state.flow in JOBS.values() else state
        case Waitlist():
            return _waits(state)
        case Sessions():
            return _course_wanted(state, act)
        case SpeakLanguage():
            return replace(state, language=act.language)
        case ForOther():
            return _comes_instead(state, act)
        case TellMinor():
            return _with(state, years=act.years, fits=None)
        case Several():
            more, known = max(act.people - 1, state.known.more), state.known
            along = {"child_along": act.child or known.child_along, "years_along": act.years or known.years_along}
            return replace(_with(state, more=more, **along), flow=state.flow or BOOKING)
        case NameService() | WishTime() | WhichTime() | DontMind() if not _takes_wishes(state, act):
            return _said_of_a_visit(state, act)
        case NameService():
            return _service_named(state, act)
        case WishTime():
            before = known.wish or (known.unmet.bounds if known.unmet else None)
            return _wished(state, before.refined_by(act.wish) if before else act.wish)
        case WhichTime():
            return replace(_wished(state, None), readings=act.readings)
        case DontMind() | Choose():
            return _chosen(state, act) if isinstance(act, Choose) else _does_not_mind(state)
        case Shift() | EveryVisit():
            return _shifted(state, act) if isinstance(act, Shift) else _each_meant(state)
        case AskOther():
            return _passed_over(state)
        case Affirm():
            return _affirmed(state, correcting=correcting)
        case Deny():
            return _passed_over(state) if state.asked is Ask.WHICH_OFFER and not correcting else state
        case _:
            return _detail(state, act)


def _detail(state: State, act: Act) -> State:
    """Who they are, and how to reach them."""
    match act:
        case AskOthersVisit():  # somebody else may have the phone by now: who speaks of a visit proves who they are
            return replace(state, booked=(), last=None, proof=None, visits=None, visit=None, way=Way.DETAILS)
        case ForSelf():
            own = without_visitor(state)
            return _with(own, years=None) if act.of_age else own
        case FirstVisit():
            everyone = {"more_first": act.first} if act.everyone else {}
            return _with(state, first_visit=act.first, **everyone)
        case GiveName():
            return _named(state, act)
        case NameCompanion():
            named = (act.given, act.family)
            others = [one for one in state.known.companions if one[0].casefold() != act.given.casefold()]
            return _with(state, companions=(*others, named))
        case GivePhone():
            return _with(state, phone=act.phone, agreed=False)
        case WrongPhone():
            return _with(state, phone=None, other_phone=True, agreed=False)
        case SamePhone():
            return _with(state, phone=state.address or state.known.phone, other_phone=False)
        case GiveEmail():
            return _with(state, email=act.email, without_email=False, agreed=False)
        case NoEmail():
            return _with(state, email=None, without_email=True)
        case GiveBirthDate():
            return replace(_with(state, birth_date=act.born, fits=None), way=Way.DETAILS)
        case GiveCode():
            return _with(state, code=act.code)
        case GivePayer():
            return replace(_with(state, payer=act.payer), flow=state.flow or INSURING)
        case GiveMember():
            return replace(_with(state, member=act.member), flow=state.flow or INSURING)
        case Deny() | Unsure() if state.asked is Ask.MEMBER:
            return _with(state, without_member=True)
        case Repeat() if state.asked is Ask.CODE:
            return replace(state, way=Way.CODE_WANTED)  # another code, as far as the limits allow
        case _:
            return state


def _job_wanted(state: State, act: Book | Reschedule | Cancel | AskVisit | Confirm | AskForm) -> State:
    if isinstance(act, Book):
        going_on = {COURSE, BOOKING} if state.asked is not None else {BOOKING}
        if state.flow in JOBS.values():
            return _turned_to(state, BOOKING)
        return state if state.flow in going_on else replace(state, flow=BOOKING)
    if isinstance(act, Cancel) and state.asked is Ask.CANCEL_AGREED:
        return _with(state, agreed=True)
    return state if state.flow == JOBS[type(act)] else _turned_to(state, JOBS[type(act)])


def _waits(state: State) -> State:
    """They wait for a time: for the wish that nothing fitted, or for anything before the visit they have."""
    waiting = replace(state, flow=WAITING, offered=(), passed_over=(), readings=())
    known = state.known
    if known.service is None and state.last is not None and state.booked:
        return _with(waiting, service=state.last.service, wish=known.wish or Wish(), slot=None, agreed=False)
    anytime = Wish() if state.flow == WAITING and state.asked is Ask.TIME else None  # said again: no day is wanted more
    return _with(waiting, wish=known.wish or known.unmet or anytime, slot=None, plan=(), sessions=None, agreed=False)


def _course_wanted(state: State, act: Sessions) -> State:
    """A course instead of one visit; how far apart may be said later."""
    if act.visits == 1:
        return _one_visit(state) if state.flow == COURSE else state
    before = state.known.sessions
    if before is not None and act.at_least is None:
        act = replace(act, at_least=before.at_least, at_most=before.at_most)
    if state.flow not in {None, BOOKING, COURSE}:
        state = _turned_to(state, COURSE)
    return _with(replace(state, flow=COURSE, offered=()), sessions=act, slot=None, plan=(), agreed=False)


def _comes_instead(state: State, act: ForOther) -> State:
    """Somebody else comes: what was known of the one who writes is not theirs."""
    state = replace(state, flow=state.flow or BOOKING)
    if act.who is state.known.visitor or (state.known.visitor and act.who is Relation.OTHER):
        return state
    changed = replace(state, proof=None, visits=None, visit=None, way=Way.DETAILS)  # what was proven is not of them
    years = state.known.years if act.who is Relation.CHILD else None
    alone = _with(changed, visitor=act.who, given=None, family=None, birth_date=None, years=years, fits=None)
    return _with(alone, first_visit=None, plan=(), agreed=False)


def _takes_wishes(state: State, act: Act) -> bool:
    """Whether a time or a service is wanted; of a visit that stands neither is, but for the time it is moved to."""
    if state.asked is Ask.WHICH_VISIT or state.flow in _NO_WISHES:
        return False
    if isinstance(act, WishTime) and act.of_visit and state.flow == JOBS[Reschedule]:
        return False
    return not (isinstance(act, NameService) and state.flow == JOBS[Reschedule])


def _said_of_a_visit(state: State, act: Act) -> State:
    """Which visit is meant, as far as it says so."""
    match act:
        case NameService():
            before = state.known.meant_services if state.known.every else ()
            return _with(state, meant_services=(*before, *act.services))
        case WishTime(wish=Wish(windows=(), excluded=days)) if days:  # "I can't come on Friday, please cancel"
            return _with(state, meant=Wish(windows=days))
        case WishTime():
            return _with(state, meant=act.wish)
        case _:
            return state


def _each_meant(state: State) -> State:
    """Each visit is meant; where one was read back, they are looked up once more."""
    if state.flow not in JOBS.values():
        return state
    if state.asked in {Ask.CANCEL_AGREED, Ask.MOVE_AGREED}:
        state = _with(replace(state, visits=None, visit=None), meant=None, meant_services=(), agreed=False)
    first = state.visits[0] if state.visits and state.flow == JOBS[Reschedule] else None
    return _with(replace(state, visit=first or state.visit), every=True)


def _shifted(state: State, act: Shift) -> State:
    """So much later than the time that is spoken of, or than the visit that is to be moved."""
    spoken_of = state.known.slot or (state.offered[-1 if act.by > timedelta(0) else 0] if state.offered else None)
    if spoken_of is None and state.flow != JOBS[Reschedule]:
        return state
    wanted = _wished(state, Wish())
    if spoken_of is None:
        return _with(wanted, shift=act.by)
    return _with(wanted, wanted_at=spoken_of.during.start + act.by)


def _service_named(state: State, act: NameService) -> State:
    state = replace(state, flow=state.flow or BOOKING)
    if len(act.services) > 1:
        if state.known.service in act.services:
            return state
        return replace(_with(state, service=None, slot=None, agreed=False), services_asked=act.services, offered=())
    in_turn = act.services in state.known.also and state.known.service is not None
    if act.services[0] == state.known.service or in_turn:
        return state
    changed = replace(state, services_asked=(), offered=(), passed_over=())
    renamed = state.known.service is not None and not act.inferred
    also = state.known.also if act.services[0] in state.services_asked else ()  # which of them it is, was asked
    known = replace(state.known, unmet=None) if state.known.service is not None else state.known
    if state.known.slot is not None and renamed and state.flow == BOOKING:  # the time they chose, for that one
        known = replace(known, wish=Wish(), wanted_at=state.known.slot.during.start, shift=None)
    changed = replace(changed, known=known)
    return _with(changed, service=act.services[0], slot=None, plan=(), agreed=False, also=also, renamed=renamed)


def _wished(state: State, wish: Wish | None) -> State:
    passed_over = _refused_again(state, wish)
    changed = replace(state, flow=state.flow or BOOKING, readings=(), offered=(), passed_over=passed_over)
    return _with(changed, wish=wish, slot=None, plan=(), agreed=False, wanted_at=None, shift=None)


def _refused_again(state: State, wish: Wish | None) -> tuple[datetime, ...]:
    """Starts that are not offered again: who names the time once more that nothing fitted wants none of the others."""
    unmet = state.known.unmet
    if wish is None or unmet is None or wish.windows != unmet.windows:
        return ()
    return tuple(dict.fromkeys((*state.passed_over, *(slot.during.start for slot in state.offered))))


def _turned_to(state: State, flow: str) -> State:
    """Another job is wanted: who they are stays known, the visit that was being arranged does not."""
    spoken_of = state.flow in JOBS.values() or state.asked is Ask.REMINDED
    keeps = spoken_of and flow in JOBS.values()
    turned = replace(
        state,
        flow=flow,
        asked=None,
        offered=(),
        passed_over=(),
        services_asked=(),
        readings=(),
        visits=state.visits if keeps else None,
        visit=state.visit if keeps else None,
    )
    every = state.known.every and state.asked is Ask.REMINDED and flow == JOBS[Confirm]
    alone = _with(without_visitor(turned), service=None, wish=None, unmet=None, meant=None, every=every)
    alone = _with(alone, also=(), renamed=False)
    return _with(alone, slot=None, sessions=None, plan=(), agreed=False, wanted_at=None, shift=None)


def without_visitor(state: State) -> State:
    """The conversation of the one who writes: whom they wrote for, and what was proven of them, is left behind."""
    if state.known.visitor is None:
        return state
    alone = replace(state, proof=None, visits=None, visit=None, way=Way.DETAILS)
    return _with(alone, visitor=None, given=None, family=None, birth_date=None, years=None, fits=None, first_visit=None)


def _chosen(state: State, act: Choose) -> State:
    if state.asked is Ask.WHICH_VISIT:
        named = tuple((state.visits or ())[place] for place in act.offers if place < len(state.visits or ()))
        return replace(state, visits=named or state.visits, visit=named[0] if len(named) == 1 else None)
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
    starts = (*starts, *(slot.during.start for slot in state.known.plan[:1]))
    passed_over = (*state.passed_over, *starts)
    return _with(replace(state, offered=(), passed_over=passed_over), slot=None, plan=(), agreed=False)


def _named(state: State, act: GiveName) -> State:
    known = state.known
    if known.given and not known.family and not act.family and act.given.casefold() != known.given.casefold():
        return _with(state, family=act.given, agreed=False)  # the first name was known, this is the other one
    if known.family and not act.family and act.given.casefold() == (known.given or "").casefold():
        return state  # "it's Beth again": the name that is known
    if known.given and known.family and not act.family and _sounds_like(act.given, known.family):
        return _with(state, family=act.given, agreed=False)  # "it's Gonzalez with a z"
    return _with(state, given=act.given, family=act.family or None, agreed=False)


def _sounds_like(one: str, other: str) -> bool:
    """Whether a name is another way to write the other."""
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio() >= ALIKE


def _affirmed(state: State, *, correcting: bool) -> State:
    match state.asked:
        case Ask.AGREED | Ask.CANCEL_AGREED | Ask.MOVE_AGREED | Ask.OPENING if not correcting:
            return _with(state, agreed=True)
        case Ask.WHICH_OFFER if len(state.offered) == 1 and not correcting:
            return _with(state, slot=state.offered[0], agreed=False)
        case Ask.WHICH_VISIT if len(state.visits or ()) == 1:
            return replace(state, visit=(state.visits or ())[0])
        case Ask.CODE_WANTED if not correcting:
            return replace(state, way=Way.CODE_WANTED)
        case Ask.WHETHER_TO_BOOK | Ask.COME_AGAIN:
            return replace(state, flow=state.flow or BOOKING)
        case Ask.NAME_AND_PHONE | Ask.PHONE if state.address:
            return _with(state, phone=state.known.phone or state.address)
        case _:
            return state


def _with(state: State, **changes: object) -> State:
    known: Known = replace(state.known, **changes)  # type: ignore[arg-type]  # the names are Known's own fields
    return replace(state, known=known)
