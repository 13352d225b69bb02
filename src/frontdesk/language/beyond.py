"""Where the rules' lists end: acts that a small model, learned from examples, hears in a message."""

import re
from collections.abc import Iterator, Mapping, Sequence

from frontdesk.dialogue.acts import (
    Abuse,
    Act,
    Affirm,
    AskAbout,
    AskAutomated,
    AskClinical,
    AskOther,
    AskPerson,
    AskVisit,
    Book,
    Cancel,
    Choose,
    Complain,
    Confirm,
    Deny,
    DontMind,
    Emergency,
    Explain,
    ForOther,
    GiveName,
    Goodbye,
    Greet,
    Heard,
    NameService,
    OffTopic,
    OnMyWay,
    OptOut,
    Relation,
    Repeat,
    Reschedule,
    RunningLate,
    Several,
    Stop,
    Thanks,
    Unsure,
    Wait,
    Waitlist,
    WhichTime,
    WishTime,
    WrongNumber,
)
from frontdesk.dialogue.state import AGREEMENTS, Ask
from frontdesk.language.context import Context
from frontdesk.language.intents import Intent
from frontdesk.language.learned import chances
from frontdesk.language.names import ASKED_FOR_NAME
from frontdesk.language.script import Span, without
from frontdesk.language.vocabulary import words

ACTS: Mapping[str, Act] = {
    "affirm": Affirm(),
    "deny": Deny(),
    "dont_mind": DontMind(),
    "unsure": Unsure(),
    "confirm": Confirm(),
    "repeat": Repeat(),
    "explain": Explain(),
    "stop": Stop(),
    "wait": Wait(),
    "thanks": Thanks(),
    "goodbye": Goodbye(),
    "greet": Greet(),
    "person": AskPerson(),
    "automated": AskAutomated(),
    "book": Book(),
    "reschedule": Reschedule(),
    "cancel": Cancel(),
    "waitlist": Waitlist(),
    "late": RunningLate(),
    "on_my_way": OnMyWay(),
    "complaint": Complain(),
    "abuse": Abuse(),
    "wrong_number": WrongNumber(),
    "for_other": ForOther(who=Relation.OTHER),
    "several": Several(),
    "opt_out": OptOut(),
    "ask_visit": AskVisit(),
    "ask_about": AskAbout(topic=""),
    "ask_other": AskOther(),
    "clinical": AskClinical(),
}
TALK = frozenset(
    ("affirm", "deny", "dont_mind", "unsure", "confirm", "repeat", "explain", "stop", "wait", "thanks", "goodbye")
) | {"greet", "person", "automated"}
"""Labels that say how somebody takes part in the talk; the others say what they want."""

GRAVE = frozenset({"cancel", "reschedule", "opt_out", "wrong_number", "abuse", "for_other", "several"})
"""Labels that undo something, or would offend: they need to be surer."""

OF_A_VISIT_TODAY = frozenset({"on_my_way", "late", "complaint", "wrong_number"})
ARRANGING = (
    AGREEMENTS | ASKED_FOR_NAME | {Ask.TIME, Ask.FIRST_VISIT, Ask.SERVICE, Ask.EMAIL, Ask.PHONE, Ask.WHICH_VISIT}
)
"""While a visit is arranged, hardly anybody says that they are on their way to one, or complains."""

DETAILS = ("details", "name", "choose", "service", "first_visit")
"""What is read by rules alone: where such a label is the likelier, no yes or no is heard."""

LIKELY, SURER, VERY_SURE = 0.55, 0.75, 0.9
OFF_TOPIC = 0.85
"""From this chance on a message has nothing to do with a clinic: a patient who is sent away for nothing loses more than
the desk does that asks once more."""
SURE_NAME = 0.95
UNLIKELY = 0.08
"""Below this chance a rule's yes or no was a word that meant something else."""

SUREST = 0.8
ENOUGH_ALONE = 0.5
"""Where nothing else was heard, the likeliest label counts from this chance on."""

LEAST_LEFT = 2
"""Words that no rule has read, from which on a segment may say more."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_SEGMENT = re.compile(r"(?:(?<!\w)(?:mrs?|ms|dr|sra?|dra)\.|[^.!?;\n])+[.!?;\n]*")
_TASKS = ("book", "ask_visit", "ask_about", "confirm", "person")
_LABEL = {type(act): label for label, act in ACTS.items()}
_LITTLE = (
    WishTime,
    WhichTime,
    Greet,
    Affirm,
    Deny,
    Thanks,
    DontMind,
    AskOther,
    GiveName,
    Stop,
    Wait,
    Unsure,
    Confirm,
    Book,
)
"""Acts that words about anything may seem to be: "play music tomorrow"."""


def beyond(
    plain: str, heard: Sequence[Heard], taken: Sequence[Span], context: Context
) -> tuple[list[Heard], list[Intent]]:
    """The rules' acts that stand, and what the model hears beside them.

    `taken` are the words the rules have read; all spans are those of `plain`.
    """
    if any(isinstance(one.act, Emergency) for one in heard):
        return list(heard), []
    if _off_topic(plain, heard, context):
        return [], [Intent(act=OffTopic(), span=(0, len(plain)), confidence=_confidence(chances(plain)["off_topic"]))]
    kept: list[Heard] = list(heard)
    added: list[Intent] = []
    for span in _segments(plain):
        here = [one for one in kept if one.span[0] < span[1] and span[0] < one.span[1]]
        if not _says_more(plain, span, here, taken):
            continue
        found = chances(plain[slice(*span)])
        kept = [one for one in kept if one not in here or not _mistaken(one, found)]
        added += _new(found, here, span, context)
    if any(isinstance(one.act, Book | NameService) for one in kept):  # whoever wants a visit asks about none by the way
        added = [one for one in added if not isinstance(one.act, AskVisit)]
    if not kept and not added:
        added += _likeliest(plain, context)
    return kept, added


def _segments(plain: str) -> Iterator[Span]:
    for match in _SEGMENT.finditer(plain):
        if re.search(r"\w", match.group()):
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            yield start, match.start() + len(match.group().rstrip())


def _says_more(plain: str, span: Span, here: Sequence[Heard], taken: Sequence[Span]) -> bool:
    """Whether enough words of a segment are left that no rule has read."""
    rest = without(plain, (*taken, *(one.span for one in here)))
    left = [word for word in _WORD.findall(rest[slice(*span)]) if word not in words("fillers")]
    if not here and rest[slice(*span)] == plain[slice(*span)]:
        return bool(left)
    telling = [word for word in left if word not in words("small_words")]
    return len(telling) >= LEAST_LEFT and len(left) >= len(_WORD.findall(plain[slice(*span)])) / 2


def _new(found: Mapping[str, float], here: Sequence[Heard], span: Span, context: Context) -> Iterator[Intent]:
    labels = {_LABEL.get(type(one.act), "") for one in here}
    busy = any(not isinstance(one.act, AskAbout) or one.act.topic for one in here)
    wants = labels - TALK - {""}
    for label, chance in found.items():
        if label not in ACTS or label in labels or (label not in TALK and (wants - {"ask_about"} or _answers(here))):
            continue
        if label in GRAVE and any(isinstance(one.act, Choose) for one in here):
            continue
        arranging = bool(context.offered) or context.asked in ARRANGING
        if label in OF_A_VISIT_TODAY and arranging and chance < VERY_SURE:
            continue
        least = VERY_SURE if busy else SURER if label in GRAVE else LIKELY
        if context.asked in ASKED_FOR_NAME or label == "opt_out":
            least = VERY_SURE
        least_of = DETAILS if label in TALK else DETAILS[:1]
        if chance < max(found[other] for other in least_of):
            continue
        if label == "ask_about" and (busy or "ask_about" in labels):
            continue
        if chance >= least:
            yield Intent(act=ACTS[label], span=span, confidence=_confidence(chance))


def _answers(here: Sequence[Heard]) -> bool:
    """Whether the segment already asks one of the questions the clinic answers, or a clinical one."""
    return any((isinstance(one.act, AskAbout) and one.act.topic) or isinstance(one.act, AskClinical) for one in here)


def _mistaken(one: Heard, found: Mapping[str, float]) -> bool:
    label = _LABEL.get(type(one.act))
    if label not in TALK or label is None or found[label] >= UNLIKELY:
        return False
    return any(found[other] >= SURER for other in TALK if other != label)


def _off_topic(plain: str, heard: Sequence[Heard], context: Context) -> bool:
    """Whether the message has nothing to do with a clinic; in the middle of a talk that takes more."""
    found = chances(plain)
    ours = max(found[label] for label in ACTS if label != "ask_about")
    asks = [one for one in heard if isinstance(one.act, AskAbout) and not one.act.topic]
    telling = [one for one in heard if one not in asks]
    if not all(isinstance(one.act, _LITTLE) or _vague(one) for one in telling):
        return False
    least = OFF_TOPIC if not telling else VERY_SURE
    if context.asked is not None or context.offered:
        if telling:
            return False
        least = VERY_SURE
    return found["off_topic"] >= least and found["off_topic"] > ours


def _vague(one: Heard) -> bool:
    """Whether a service was named by a word that means much else, or an answer fits by a word or two."""
    return isinstance(one.act, AskAbout | NameService) and one.confidence < SURE_NAME


def _likeliest(plain: str, context: Context) -> list[Intent]:
    if context.asked is not None or context.offered:
        return []
    found = chances(plain)
    label = max(_TASKS, key=lambda one: found[one])
    if found[label] < max(ENOUGH_ALONE, found["off_topic"], found["details"]):
        return []
    return [Intent(act=ACTS[label], span=(0, len(plain)), confidence=_confidence(found[label]))]


def _confidence(chance: float) -> float:
    """What is learned from examples is never as sure as what a rule reads."""
    return round(min(chance, SUREST), 2)
