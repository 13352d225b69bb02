"""Services, one by one and in courses."""

from collections.abc import Sequence
from dataclasses import replace

from frontdesk.dialogue.acts import AskAbout, AskVisit, Book, Cancel, FirstVisit, NameService, Reschedule, Sessions
from frontdesk.dialogue.state import Ask
from frontdesk.domain.ids import ServiceId
from frontdesk.language.courses import course_in, one_visit_in, told_counts
from frontdesk.language.hearing.listening import LIKELY, SURE, Listening
from frontdesk.language.knowledge import fact_asked, leading_off
from frontdesk.language.prices import cheapest
from frontdesk.language.script import Span
from frontdesk.language.services import (
    Named,
    begins_with,
    chosen_among,
    consultation_for,
    consultations,
    services_in,
)
from frontdesk.language.vocabulary import phrases

_SERVICE_ASKED = frozenset({Ask.SERVICE, Ask.WHICH_SERVICE})
_NO_MORE_THAN_ASKED = (Book, Reschedule, Cancel, AskVisit)
_ARRANGING = frozenset({Ask.FIRST_VISIT, Ask.TIME, Ask.WHICH_OFFER, Ask.GAP})
"""Questions about a visit that is to be booked, before it has a time."""


def hear_course(listening: Listening) -> None:
    """Several sessions, or the time between them, unless it is asked what they cost."""
    known = listening.context.known.sessions
    if known is not None and (one := _one_visit(listening)) is not None:
        listening.hear(Sessions(visits=1), one, LIKELY)
        return
    listening.taken += [one.span() for one in phrases("no_course").finditer(listening.rest)]
    listening.taken += told_counts(listening.rest)
    booking = listening.context.known.service is not None and listening.context.asked in _ARRANGING
    wanted = course_in(listening.rest, known=known, gap_asked=listening.context.asked is Ask.GAP, booking=booking)
    asks = phrases("ask_whether_offered").match(leading_off(listening.rest))
    if wanted is not None and asks is None and fact_asked(listening.rest) is None:
        weekday = phrases("every_weekday").match(listening.rest, wanted.spans[0][0])  # it is a wish, too
        listening.hear(wanted.course, wanted.spans[0], LIKELY, take=weekday is None)
        listening.taken += wanted.spans[1:]


def _one_visit(listening: Listening) -> Span | None:
    named = services_in(listening.rest, listening.context.practice, asked=False)
    return one_visit_in(listening.rest, services=[one.span for one in named])


def hear_services(listening: Listening) -> None:
    """The services that are named; asked which of several it is, the one that is chosen among them."""
    asked = listening.context.asked in _SERVICE_ASKED
    practice = listening.context.practice
    among = _chosen_from(listening)
    if among and (chosen := _chosen(listening, among)):
        listening.hear(NameService(services=chosen.services), chosen.span)
        return
    meant = _services_meant(listening, services_in(listening.rest, practice, asked=asked))
    found = _one_or_other(listening, _but_for_places(listening, meant))
    for named in _as_a_consultation(listening, found):
        other = len(found) > 1 and phrases("for_company").match(listening.plain, named.span[1] + 1) is not None
        one = None if other else _inferred(listening, named.services)
        services = (one,) if one is not None else named.services
        act = NameService(services=services, for_other=other, inferred=one is not None)
        listening.hear(act, named.span, SURE if named.whole else LIKELY)
    if not listening.has(NameService):
        _hear_consultation(listening)
    told = [one for one in listening.heard if isinstance(one.act, FirstVisit)]
    if among and told and not listening.has(NameService) and (id := _inferred(listening, among)) is not None:
        span = listening.read.found(*told[0].span)
        listening.hear(NameService(services=(id,), inferred=True), span, LIKELY, take=False)


def cancelled_too(listening: Listening) -> None:
    """ "And the facial on Monday too": after a visit that was just cancelled, the other one is to go as well."""
    beside = (Book, Cancel, Reschedule, AskAbout)
    if not listening.context.gone or listening.has(*beside) or not listening.has(NameService):
        return
    if (found := phrases("too_please").search(listening.plain)) is not None:
        listening.hear(Cancel(), found.span(), LIKELY, take=False)


def wanted_beside_a_question(listening: Listening) -> None:
    """ "Do you book by text? I need a peel": the question is one thing, the visit that is wanted another."""
    if not listening.has(AskAbout) or listening.has(*_NO_MORE_THAN_ASKED):
        return
    for one in [one for one in listening.heard if isinstance(one.act, NameService)]:
        span = listening.read.found(*one.span)
        if phrases("needs_it").search(listening.plain[: span[0]]):
            listening.hear(Book(), span, LIKELY, take=False)
            return


def _but_for_places(listening: Listening, found: Sequence[Named]) -> list[Named]:
    """ "Laser on my upper lip": the lip is where, and wants no filler."""
    kept: list[Named] = []
    for one in found:
        between = listening.plain[kept[-1].span[1] : one.span[1]] if kept else ""
        if kept and kept[-1].whole and phrases("where_on_body").fullmatch(between.strip(" ,")) is not None:
            listening.taken.append(one.span)
            continue
        kept.append(one)
    return kept


def _one_or_other(listening: Listening, found: Sequence[Named]) -> list[Named]:
    """ "A facial or a peel?": one of the two, and which is asked."""
    joined: list[Named] = []
    for one in found:
        before = joined[-1] if joined else None
        between = listening.plain[before.span[1] : one.span[0]] if before is not None else ""
        if before is not None and phrases("one_or_other").fullmatch(between.strip(" ,")) is not None:
            both = tuple(dict.fromkeys((*before.services, *one.services)))
            joined[-1] = Named(services=both, span=(before.span[0], one.span[1]), whole=before.whole and one.whole)
        else:
            joined.append(one)
    return joined


def _chosen(listening: Listening, among: Sequence[ServiceId]) -> Named | None:
    """What is chosen of those they were told of: by its name, as the cheaper one, or as what is not refused."""
    practice = listening.context.practice
    if (cheap := phrases("the_cheaper_one").search(listening.rest)) is not None and "?" not in listening.written:
        least = cheapest(among, practice)
        return Named(services=(least,), span=cheap.span(), whole=True) if least is not None else None
    named = services_in(listening.rest, practice, asked=True)
    refused = {id for one in named if _is_refused(listening, one) for id in one.services}
    if refused and not refused >= set(among):
        left = tuple(id for id in among if id not in refused)
        others = [one for one in named if not _is_refused(listening, one)]
        return None if others or len(left) > 1 else Named(services=left, span=named[0].span, whole=True)
    return chosen_among(listening.rest, practice, among)


def _is_refused(listening: Listening, named: Named) -> bool:
    if phrases("can_wait").match(listening.plain[named.span[1] :]) is not None:  # "the peel can wait"
        return True
    return phrases("not_this_one").search(listening.plain[: named.span[0]]) is not None


def _inferred(listening: Listening, services: Sequence[ServiceId]) -> ServiceId | None:
    """Which of them it is by whether they have been here: first the consultation, after it the treatment.

    It is told, and read back with the rest. None where it is open which is meant.
    """
    said = [one.act.first for one in listening.heard if isinstance(one.act, FirstVisit)]
    first = said[-1] if said else listening.context.known.first_visit
    if first is None or (consultation := begins_with(services, listening.context.practice)) is None:
        return None
    treatments = [one for one in services if one != consultation]
    return consultation if first else treatments[0] if len(treatments) == 1 else None


def _chosen_from(listening: Listening) -> tuple[ServiceId, ...]:
    """The services that were asked about, or told of one beside the other: "OK, I'll do the second one"."""
    context = listening.context
    if context.asked is Ask.WHICH_SERVICE:
        return context.services_asked
    if context.asked is Ask.WHETHER_TO_BOOK:
        among = context.services_asked or context.told.services
        return among if len(among) > 1 else ()
    return ()


def _as_a_consultation(listening: Listening, found: Sequence[Named]) -> list[Named]:
    """Only the consultation where one is said: "a filler consult for my cheeks" names no treatment of the cheeks."""
    said = phrases("says_consultation").search(listening.rest)
    if said is None or phrases("no_consultation").search(listening.rest):
        return list(found)
    practice = listening.context.practice
    named = {id for one in found for id in one.services}
    spoken_of = {consultation_for(id, practice) for id in named}
    kept: list[Named] = []
    for one in found:
        meant = tuple(id for id in one.services if consultation_for(id, practice) not in named)
        if not meant:  # a treatment whose consultation is named too
            listening.taken.append(one.span)
            continue
        kept.append(replace(one, services=meant) if spoken_of & set(meant) else one)
    return kept or list(found)


def _hear_consultation(listening: Listening) -> None:
    """ "OK, the free consult then", of a treatment that they were about to book. A question changes nothing."""
    context = listening.context
    said = phrases("consultation_instead").search(listening.rest)
    if said is None or context.known.service is None or context.visit_stands:
        return
    wanted = phrases("consultation_wanted").search(listening.rest) is not None
    if not wanted and ("?" in listening.written or phrases("question").match(listening.plain.strip())):
        return
    if listening.has(Reschedule, Cancel, AskVisit):
        return
    instead = consultation_for(context.known.service, context.practice)
    among = (instead,) if instead is not None else consultations(context.practice) if wanted else ()
    if among and context.known.service not in among:
        listening.hear(NameService(services=among), said.span(), LIKELY)


def _services_meant(listening: Listening, found: Sequence[Named]) -> list[Named]:
    """Without what is not wanted ("dermaplaning rather than the facial") or only told of ("after the laser")."""
    refused = [one for one in found if _is_refused(listening, one)]
    listening.taken += [one.span for one in refused]
    found = [one for one in found if one not in refused]
    if len(found) < 2:
        return list(found)
    before = {one.span: listening.plain[: one.span[0]] for one in found}
    beside = [one for one in found if phrases("rather_than").search(before[one.span])]
    if listening.has(Reschedule):
        beside += [one for one in found if phrases("beside_visit").search(before[one.span])]
    listening.taken += [one.span for one in beside]
    return [one for one in found if one not in beside] or list(found)
