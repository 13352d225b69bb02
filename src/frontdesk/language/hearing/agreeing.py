"""A yes that does something for good: it counts where nothing beside it is left unread."""

import re

from frontdesk.dialogue.acts import (
    Affirm,
    AskAbout,
    AskClinical,
    AskOther,
    Cancel,
    Choose,
    Confirm,
    Deny,
    GiveName,
    Heard,
    NameService,
    Shift,
    Stop,
    TellHealth,
    Unclear,
    Unsure,
    Wait,
    WhichTime,
    WishTime,
)
from frontdesk.dialogue.learn import CORRECTIONS
from frontdesk.dialogue.state import AGREEMENTS, Ask
from frontdesk.language.hearing.listening import LIKELY, Listening
from frontdesk.language.script import folded, without
from frontdesk.language.services import service_words
from frontdesk.language.vocabulary import phrases, words

_WORD = re.compile(r"[a-z][a-z'\u2019]*")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


def only_a_plain_yes(listening: Listening) -> None:
    """Asked whether to book, move or cancel: "its ok ill keep it" and "great but let me ask first" are no yes.

    Of a yes and a no the later one counts. Where words are left that were not read, it is asked once more: a question
    too many harms nobody, a visit that is gone does.
    """
    asked = listening.context.asked
    kept = phrases("keeps_it").search(listening.plain) if asked in {Ask.CANCEL_AGREED, Ask.MOVE_AGREED} else None
    says_no = asked is Ask.CANCEL_AGREED and phrases("keeps_it_no").search(listening.plain) is not None
    if kept is not None and (says_no or listening.has(Affirm, Cancel)):
        _without_yes(listening)
        asks = phrases("still_on").search(listening.plain) is not None  # "so I'm still on for June 3?"
        beside = (Unclear, Confirm, WishTime) if asks else (Unclear, Confirm)
        listening.heard = [one for one in listening.heard if not isinstance(one.act, beside)]
        listening.hear(Deny() if asked is Ask.CANCEL_AGREED else Stop(), kept.span(), LIKELY, take=False)
        return
    if asked not in AGREEMENTS or not listening.has(Affirm, Cancel):
        return
    yes = [one for one in listening.heard if isinstance(one.act, Affirm)]
    no = [one for one in listening.heard if isinstance(one.act, Deny)]
    if yes and no:
        late = max(one.span for one in no) > max(one.span for one in yes)
        dropped = yes if late or all(_is_weak(listening, one) for one in yes) else no
        listening.heard = [one for one in listening.heard if one not in dropped]
    if listening.has(*CORRECTIONS):  # "yes but make it Tuesday": that is read back anew
        return
    if _is_taken_back(listening) or _only_asks(listening):
        _without_yes(listening)
        if not listening.heard:
            listening.heard.append(Heard(act=Unclear(), span=(0, len(listening.written)), confidence=LIKELY))


def a_yes_and_a_question(listening: Listening) -> None:
    """ "Yes please. Is it ok to have wine the night before?": the night is no other time, and the yes stands.

    What is told and asked in a sentence after the yes is for the clinic's people, unless it wants something changed, or
    makes the yes hang on it.
    """
    if listening.context.asked not in AGREEMENTS or not listening.has(Affirm):
        return
    sentences = _SENTENCE.finditer(listening.plain)
    first = next((one for one in sentences if phrases("strong_yes").search(one.group())), None)
    if first is None:
        return
    for sentence in _SENTENCE.finditer(listening.plain, first.end()):
        said, text = listening.read.span(*sentence.span()), sentence.group()
        if phrases("on_condition").search(text):  # "yes. But only if it's safe": it is asked once more
            _without_yes(listening)
            return
        to_know = phrases("asks_what_to_know").search(text) is not None
        if phrases("wants_it_changed").search(text) and not to_know:
            continue
        here = [one for one in listening.heard if said[0] <= one.span[0] < said[1]]
        asked = any(isinstance(one.act, AskAbout | AskClinical | TellHealth) for one in here)
        suits = any(phrases(listed).search(text) for listed in ("asks_if_it_suits", "asks_if_fine", "asks_allowed"))
        if not (asked or suits or to_know):
            continue
        listening.heard = [one for one in listening.heard if one not in here or not isinstance(one.act, _WISHES)]
        if to_know and not asked:
            listening.heard.append(Heard(act=AskAbout(topic=""), span=said, confidence=LIKELY))
        elif not asked:
            listening.heard.append(Heard(act=AskClinical(beforehand=True), span=said, confidence=LIKELY))


_WISHES = (WishTime, WhichTime, Shift, NameService, AskOther)


def only_they_say_yes(listening: Listening) -> None:
    """Asked whether it is them: "yes, I'll let her know" and "yes, this is Maria's phone" may be somebody else's yes.

    Where a word is left that was not read it is asked once more: of a visit nobody else is told.
    """
    if listening.context.asked is not Ask.RIGHT_PERSON or not _left_unread(listening):
        return
    listening.heard = [one for one in listening.heard if not isinstance(one.act, Affirm | Confirm | GiveName)]
    if not listening.heard:
        listening.heard.append(Heard(act=Unclear(), span=(0, len(listening.written)), confidence=LIKELY))


def _without_yes(listening: Listening) -> None:
    listening.heard = [one for one in listening.heard if not isinstance(one.act, (Affirm, Cancel, Choose))]


def _is_weak(listening: Listening, one: Heard) -> bool:
    return phrases("weak_yes").fullmatch(listening.said(one).strip(" .,!")) is not None


def _is_taken_back(listening: Listening) -> bool:
    """Whether what stands beside the yes may take it back: any word at all beside an "ok", fewer beside "yes, book it".

    A strong yes, as a clause of its own, stands beside what is only told: "yes please, my husband drives me".
    """
    if listening.has(Unsure, Wait):
        return True
    if not (left := _left_unread(listening)):
        return False
    strong = any(isinstance(one.act, Affirm) and not _is_weak(listening, one) for one in listening.heard)
    said_so = phrases("strong_yes").search(listening.plain) is not None
    return not (strong and said_so) or any(word in words("takes_back") for word in left)


def _left_unread(listening: Listening) -> list[str]:
    """The words beside the yes that belong to nothing that was heard, and are not of those that people say with it."""
    spans = [listening.read.found(*one.span) for one in listening.heard if not isinstance(one.act, Unclear)]
    spans += [span for timed in listening.timed.values() if timed is not None for span in timed.spans]
    left = without(listening.plain, [span for span in spans if span[1] > span[0]])
    practice = listening.context.practice
    names = {word for person in practice.practitioners for word in _WORD.findall(folded(person.name))}
    told = (listening.context.known.given, listening.context.known.family, listening.context.called)
    mine = {word for part in told if part for word in _WORD.findall(folded(part))}
    known = words("beside_yes") | words("courtesies") | words("fillers") | service_words(practice) | names | mine
    return [word for word in _WORD.findall(left.replace("\u2019", "'")) if word not in known]


def _only_asks(listening: Listening) -> bool:
    """ "Ok so its still booked?": the ok leads up to a question."""
    for sentence in _SENTENCE.finditer(listening.plain):
        said = listening.read.span(*sentence.span())
        here = [one for one in listening.heard if isinstance(one.act, Affirm) and said[0] <= one.span[0] < said[1]]
        if here and sentence.group().rstrip().endswith("?") and all(_is_weak(listening, one) for one in here):
            return True
    return False
