"""Visits that stand, and what is wanted of them: each of them, later, away."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from frontdesk.dialogue.acts import (
    Act,
    Book,
    Cancel,
    Confirm,
    EveryVisit,
    ForOther,
    NameService,
    Reschedule,
    Several,
    Shift,
    Stop,
)
from frontdesk.dialogue.state import FOR_PROOF, Ask
from frontdesk.domain.wish import Wish
from frontdesk.language.hearing.listening import CERTAIN, LIKELY, Listening, overlap
from frontdesk.language.hearing.times import time_said
from frontdesk.language.intents import Intent, intents_in
from frontdesk.language.names import ASKED_FOR_NAME
from frontdesk.language.script import folded
from frontdesk.language.services import services_in, telling_words
from frontdesk.language.shifts import shift_in
from frontdesk.language.standing import Wanted, standing_in
from frontdesk.language.times import Timed
from frontdesk.language.vocabulary import phrases

MOST_BETWEEN = 3
"""So many words after "move my" one of a service's is looked for: "move my tuesday laser session"."""
_SHIFTED_FROM = {Ask.TIME, Ask.MOVE_AGREED, Ask.AGREED, Ask.CANCEL_AGREED, Ask.REMINDED}
"""Questions after which "an hour later" is told from a time that was just spoken of."""
_CLAUSE_ENDS = re.compile(r"[,.;!?\n]")


def hear_shift(listening: Listening) -> None:
    """How much later it should be: of a visit that is to be moved, or of the time that is spoken of."""
    context = listening.context
    shifted = None if context.asked in ASKED_FOR_NAME | FOR_PROOF else shift_in(listening.rest)
    if shifted is None:
        return
    under_way = bool(context.offered) or context.asked in _SHIFTED_FROM
    found = intents_in(listening.rest, asked=context.asked)
    moving = any(isinstance(one.act, Reschedule) for one in (*found, *visit_to_change(listening, found)))
    by_days = abs(shifted.by) >= timedelta(days=1)  # "a week later" than the day that was spoken of is a day
    if moving or (under_way and not by_days):
        listening.hear(Shift(by=shifted.by), shifted.span, CERTAIN)
    if moving and not any(isinstance(one.act, Reschedule) for one in intents_in(listening.rest, asked=context.asked)):
        listening.hear(Reschedule(), shifted.span, LIKELY, take=False)


def hear_each_visit(listening: Listening) -> None:
    """ "Cancel all my sessions", "my Botox and my lip filler": each is meant, not one of them."""
    if listening.has(EveryVisit):
        return
    of_standing = listening.has(Cancel, Reschedule, Confirm)
    if of_standing and (match := phrases("every_visit").search(listening.plain)) is not None:
        listening.hear(EveryVisit(), match.span(), CERTAIN, take=False)
        return
    named = [one for one in listening.heard if isinstance(one.act, NameService)]
    for one, other in pairwise(named):
        between = folded(listening.written[one.span[1] : other.span[0]])
        if phrases("joined_by").fullmatch(between.strip(" ,")):
            listening.hear(EveryVisit(), listening.read.found(*one.span), LIKELY, take=False)
            _two_come(listening, [one.act for one in named if isinstance(one.act, NameService)])
            return


def hear_when_theirs_is(listening: Listening) -> None:
    """ "My peel is on June 17. If anything earlier opens up": the day it has is no wish."""
    named = [listening.read.found(*one.span) for one in listening.heard if isinstance(one.act, NameService)]
    for match in phrases("mine_is_on").finditer(listening.plain):
        timed = time_said(listening, moving=False)
        if timed is not None and any(overlap(span, match.span()) for span in named):
            listening.own_times += [span for span in timed.spans if match.end() <= span[0] <= match.end() + 1]


def _two_come(listening: Listening, named: Sequence[NameService]) -> None:
    """ "A facial for my sister and Botox for me": two people come, not one instead of the other."""
    whose = {act.for_other for act in named}
    for_other = [one for one in listening.heard if isinstance(one.act, ForOther)]
    if len(whose) < 2 or not for_other:
        return
    listening.heard = [one for one in listening.heard if one not in for_other]
    if not listening.has(Several):
        listening.heard.append(replace(for_other[0], act=Several(people=2)))


def visit_to_change(listening: Listening, found: Sequence[Intent]) -> list[Intent]:
    """ "Change my facial": a visit that is named by its service is to be moved."""
    if any(isinstance(one.act, Reschedule | Cancel) or says_cancel(listening, one) for one in found):
        return []
    services = telling_words(listening.context.practice)
    for match in phrases("move_mine").finditer(listening.rest):
        following = re.findall(r"[a-z0-9']+", listening.rest[match.end() :])[:MOST_BETWEEN]
        if any(word in services for word in following):
            return [Intent(act=Reschedule(), span=match.span(), confidence=CERTAIN)]
    if not listening.nothing_arranged or listening.context.offered:
        return []
    timed = time_said(listening, moving=False)
    gone = phrases("cannot_come").search(listening.rest)
    books = any(
        isinstance(one.act, Book) and not (gone is not None and overlap(one.span, gone.span())) for one in found
    )
    books = books or _chooses(listening)
    standing = standing_in(listening.rest, services, times=timed.spans if timed else (), books=books)
    if standing is None:
        return [] if books else _not_kept(listening, timed)
    if timed and len(standing.own) < len(timed.spans):  # beside the new time, the one it has is no wish
        listening.own_times = list(standing.own)
    act: Act = Reschedule() if standing.wanted is Wanted.MOVED else Cancel()
    return [Intent(act=act, span=standing.span, confidence=LIKELY)]


def _chooses(listening: Listening) -> bool:
    """ "Let's do the consult, Thursday would be good": one that is wanted, and has no time yet."""
    chooses = phrases("lets_do").search(listening.plain) is not None
    return chooses and phrases("speaks_of_moving").search(listening.plain) is None


def takes_a_visit_out(listening: Listening) -> bool:
    """Whether a visit is cancelled or moved in so many words: a guess at why is no emergency."""
    found = intents_in(listening.plain, asked=listening.context.asked)
    return any(
        isinstance(one.act, Cancel | Reschedule) or (isinstance(one.act, Stop) and says_cancel(listening, one))
        for one in (*found, *visit_to_change(listening, found))
    )


def says_cancel(listening: Listening, one: Intent) -> bool:
    """Whether "cancel" is among the words."""
    return "cancel" in listening.plain[slice(*one.span)]


def _not_kept(listening: Listening, timed: Timed | None) -> list[Intent]:
    """ "Not coming tomorrow", "I'm sick, can't come today": whoever says so of one day has a visit then."""
    gone, hindered = phrases("not_coming").search(listening.rest), phrases("cannot_come").search(listening.rest)
    found = gone or hindered
    if timed is None:  # of the only visit that was spoken of
        if found is None or not listening.context.visit_stands:
            return []
        return [Intent(act=Cancel() if gone else Reschedule(), span=found.span(), confidence=LIKELY)]
    if not any(_one_day(wish) for wish in timed.readings):
        return []
    if found is None or services_in(listening.rest, listening.context.practice, asked=False):
        return []
    ends = _CLAUSE_ENDS.search(listening.rest, found.end())
    own = [span for span in timed.spans if ends is not None and span[0] < ends.start()]
    listening.own_times = own or list(timed.spans)  # "can't make Wednesday, can we do Thursday?": the other is a wish
    if not own or len(own) == len(timed.spans):
        listening.own_wish = _day_of(timed.readings[0])
    act: Act = Cancel() if gone else Reschedule()
    return [Intent(act=act, span=found.span(), confidence=LIKELY)]


def _day_of(wish: Wish) -> Wish | None:
    """The day that is named, whether it is wanted or not: "I can't do July 14"."""
    days = [one for one in (*wish.windows, *wish.excluded) if one.first is not None and one.first == one.last]
    return Wish(windows=tuple(days[:1])) if days else None


def _one_day(wish: Wish) -> bool:
    """Whether one day is named, wanted or not."""
    return any(window.first is not None and window.first == window.last for window in (*wish.windows, *wish.excluded))
