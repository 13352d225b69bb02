"""Which of the visits that were spoken of together is meant: by the name of who comes, or by the hour it has."""

import re
from datetime import time

from frontdesk.dialogue.acts import Affirm, Choose, EveryVisit, Reschedule, WishTime
from frontdesk.dialogue.state import Ask
from frontdesk.language.hearing.listening import CERTAIN, LIKELY, Listening
from frontdesk.language.known_words import known_words
from frontdesk.language.script import Span, folded
from frontdesk.language.vocabulary import phrases, words

_POSSESSIVE = r"(?:['\u2019]?s)?"


def hear_who_comes(listening: Listening) -> None:
    """ "Leo can't come": his visit is meant. Names that stand side by side are one choice, others are one each."""
    names = listening.context.whose
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(folded(name).strip(), []).append(place)
    if listening.context.asked is Ask.REMINDED and listening.context.whose_at:
        both = phrases("every_visit_asked").fullmatch(listening.plain.strip(" .!,"))
        if both is not None:  # "both": they come
            listening.hear(Affirm(), (0, len(listening.plain)), LIKELY)
            return
    said = sorted((span, name) for name in places if name for span in _said(listening, name))
    if not said:
        return
    groups: list[tuple[Span, set[int]]] = []
    for span, name in said:
        if groups and _joined(listening.plain[groups[-1][0][1] : span[0]]):
            before, chosen = groups.pop()
            groups.append(((before[0], span[1]), chosen | {*places[name]}))
        else:
            groups.append((span, {*places[name]}))
    for span, chosen in groups:
        listening.hear(Choose(offers=tuple(sorted(chosen))), span, CERTAIN)
    if (gone := phrases("they_cannot_come").search(listening.rest)) is not None:
        listening.hear(Reschedule(), gone.span(), LIKELY)
    if len(groups) == 1 and len(groups[0][1]) > 1:
        listening.hear(EveryVisit(), groups[0][0], LIKELY, take=False)


def hear_hour_it_has(listening: Listening) -> None:
    """ "Can't make the 11:00", of visits at ten and at eleven: the hour is no wish, it says which one."""
    hours = listening.context.whose_at
    refused = [one for one in listening.heard if isinstance(one.act, WishTime) and (_only_not(one.act)) is not None]
    if len(refused) != 1 or listening.has(Choose):
        return
    one = refused[0]
    assert isinstance(one.act, WishTime)
    places = tuple(place for place, hour in enumerate(hours) if hour == _only_not(one.act))
    if len(places) != 1:
        return
    listening.heard.remove(one)
    span = listening.read.found(*one.span)
    listening.hear(Choose(offers=places), span, LIKELY, take=False)
    if not listening.has(Reschedule):
        listening.hear(Reschedule(), span, LIKELY, take=False)


def _only_not(act: WishTime) -> time | None:
    """The one hour that is not wanted, where nothing else is said of time."""
    wish = act.wish
    if wish.windows or len(wish.excluded) != 1 or wish.excluded[0].names_days:
        return None
    return wish.excluded[0].at


def _said(listening: Listening, name: str) -> list[Span]:
    found = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(name)}{_POSSESSIVE}(?!\w)", listening.plain)]
    if name in (known_words() | words("small_words")) - words("given_names"):  # "will" and "hope" are said of others
        written = (listening.written[slice(*listening.read.span(*span))] for span in found)
        return [span for span, as_written in zip(found, written, strict=True) if as_written[:1].isupper()]
    return found


def _joined(between: str) -> bool:
    return phrases("joined_by").fullmatch(between.strip(" ,")) is not None
