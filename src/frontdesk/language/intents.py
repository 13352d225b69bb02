"""What a message does, beside naming things: it books, says yes, asks for a person, wants no more texts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from frontdesk.dialogue.acts import (
    Abuse,
    Act,
    Affirm,
    AskAbout,
    AskAutomated,
    AskClinical,
    AskDeletion,
    AskDone,
    AskEach,
    AskForm,
    AskOther,
    AskOthersVisit,
    AskOwnData,
    AskPerson,
    AskToPay,
    AskVisit,
    AskWaitlist,
    Book,
    Cancel,
    Complain,
    Confirm,
    Deny,
    DontMind,
    EveryVisit,
    Explain,
    FirstVisit,
    ForOther,
    ForSelf,
    Goodbye,
    Greet,
    LeaveMessage,
    LeaveWaitlist,
    NoEmail,
    OnMyWay,
    OptIn,
    OptOut,
    Praise,
    Relation,
    Repeat,
    Reschedule,
    RunningLate,
    SamePhone,
    Several,
    SpeakLanguage,
    Stop,
    TellSorrow,
    Thanks,
    Unsure,
    Wait,
    Waitlist,
    WrongNumber,
)
from frontdesk.dialogue.asides import WHY_ASKED
from frontdesk.dialogue.state import AGREEMENTS, FOR_PROOF, Ask
from frontdesk.language.script import Span
from frontdesk.language.vocabulary import phrases


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """One thing a message does, and the words that do it."""

    act: Act
    span: Span
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A list of the vocabulary and the act it stands for, with when it counts.

    `after`: only in an answer to one of these questions; with None among them, also where nothing was asked.
    `opening`: only where a clause begins; `closing`: only where the message ends. `whole`: only as the whole message.
    """

    words: str
    act: Act
    after: frozenset[Ask | None] = frozenset()
    opening: bool = False
    closing: bool = False
    whole: bool = False
    confidence: float = 0.95


def _asked(*asks: Ask | None) -> frozenset[Ask | None]:
    return frozenset(asks)


KINDS: tuple[Kind, ...] = (
    Kind(words="opt_out_whole", act=OptOut(), whole=True, confidence=0.99),
    Kind(words="opt_in_whole", act=OptIn(), whole=True),
    Kind(words="visit_meant_asked", act=Cancel(), whole=True, after=_asked(Ask.CANCEL_MEANT)),
    Kind(words="ask_person_whole", act=AskPerson(), whole=True),
    Kind(words="opt_out", act=OptOut()),
    Kind(words="opt_in", act=OptIn()),
    Kind(words="ask_automated", act=AskAutomated()),
    Kind(words="who_writes", act=AskAutomated(), after=_asked(Ask.REMINDED, Ask.COME_AGAIN, Ask.RIGHT_PERSON)),
    Kind(words="who_writes", act=AskAutomated(), whole=True),
    Kind(words="later_whole", act=AskOther(), whole=True, after=_asked(Ask.OPENING)),
    Kind(words="leave_offers", act=LeaveWaitlist(), after=_asked(Ask.OPENING)),
    Kind(words="cannot_come_whole", act=Reschedule(), whole=True, after=_asked(Ask.REMINDED)),
    Kind(words="ask_person", act=AskPerson()),
    Kind(words="ask_call_back", act=AskPerson(when=True), confidence=0.9),
    Kind(words="tell_sorrow", act=TellSorrow(), confidence=0.9),
    Kind(words="asks_which_offer", act=Repeat(), after=_asked(Ask.WHICH_OFFER), confidence=0.9),
    Kind(words="ask_clinical", act=AskClinical(), confidence=0.85),
    Kind(words="no_email", act=NoEmail()),
    Kind(words="no_email_asked", act=NoEmail(), after=_asked(Ask.EMAIL), opening=True),
    Kind(words="withholds", act=NoEmail(), after=_asked(Ask.EMAIL)),
    Kind(words="withholds", act=Deny(), after=FOR_PROOF),
    Kind(words="withholds", act=Explain(why=True), after=_asked(Ask.NAME, Ask.NAME_AND_PHONE, Ask.PHONE)),
    Kind(words="first_visit", act=FirstVisit(first=True)),
    Kind(words="been_before", act=FirstVisit(first=False)),
    Kind(words="first_visit_asked", act=FirstVisit(first=True), after=_asked(Ask.FIRST_VISIT)),
    Kind(words="been_before_asked", act=FirstVisit(first=False), after=_asked(Ask.FIRST_VISIT)),
    Kind(words="same_phone", act=SamePhone()),
    Kind(words="same_phone_asked", act=SamePhone(), after=_asked(Ask.PHONE, Ask.NAME_AND_PHONE), opening=True),
    Kind(words="affirm_closing", act=SamePhone(), after=_asked(Ask.PHONE, Ask.NAME_AND_PHONE), closing=True),
    Kind(words="leave_waitlist", act=LeaveWaitlist()),
    Kind(words="ask_on_list", act=AskWaitlist(), confidence=0.9),
    Kind(words="waitlist", act=Waitlist()),
    Kind(words="no_member_asked", act=Unsure(), after=_asked(Ask.MEMBER)),
    Kind(words="speak_spanish", act=SpeakLanguage(language="es")),
    Kind(words="speak_english", act=SpeakLanguage(language="en")),
    Kind(words="ask_own_data", act=AskOwnData()),
    Kind(words="ask_deletion", act=AskDeletion()),
    Kind(words="ask_signing", act=AskAbout(topic=""), confidence=0.9),
    Kind(words="only_a_question", act=Greet(), whole=True, after=_asked(None, Ask.HOW_CAN_I_HELP)),
    Kind(words="ask_billing", act=LeaveMessage(whole=True), after=_asked(None, Ask.HOW_CAN_I_HELP), confidence=0.9),
    Kind(words="ask_effect", act=AskAbout(topic=""), confidence=0.85),
    Kind(words="ask_form", act=AskForm(), confidence=0.9),
    Kind(words="ask_papers", act=AskAbout(topic=""), confidence=0.85),
    Kind(words="ask_to_pay", act=AskToPay(link=None), confidence=0.9),
    Kind(words="leave_message", act=LeaveMessage(whole=False)),
    Kind(words="leave_this", act=LeaveMessage(whole=True), confidence=0.9),
    Kind(words="about_what", act=LeaveMessage(whole=True), after=_asked(None, Ask.HOW_CAN_I_HELP), confidence=0.9),
    Kind(words="praise", act=Praise(), after=_asked(None, Ask.HOW_CAN_I_HELP), confidence=0.85),
    Kind(words="running_late", act=RunningLate()),
    Kind(words="on_my_way", act=OnMyWay()),
    Kind(words="ask_others_visit", act=AskOthersVisit(), confidence=0.9),
    Kind(words="ask_done", act=AskDone(), confidence=0.9),
    Kind(words="ask_each", act=AskEach(), confidence=0.9),
    Kind(words="ask_visit", act=AskVisit(), confidence=0.9),
    Kind(words="complain", act=Complain(), confidence=0.9),
    Kind(words="abuse", act=Abuse(), confidence=0.9),
    Kind(words="wrong_number", act=WrongNumber()),
    Kind(words="several", act=Several(), confidence=0.9),
    Kind(words="confirm_whole", act=Affirm(), whole=True, after=AGREEMENTS),
    Kind(words="confirm_whole", act=Confirm(), whole=True),
    Kind(words="confirm", act=Confirm(), confidence=0.9),
    Kind(words="repeat", act=Repeat(), confidence=0.9),
    Kind(words="ask_why_needed", act=Explain(why=True), after=WHY_ASKED, confidence=0.9),
    Kind(words="explain", act=Explain(), confidence=0.9),
    Kind(words="wait", act=Wait(), confidence=0.9),
    Kind(words="stop", act=Stop(), confidence=0.9),
    Kind(words="unsure", act=Unsure(), confidence=0.85),
    Kind(words="every_visit_asked", act=EveryVisit(), after=_asked(Ask.WHICH_VISIT), confidence=0.9),
    Kind(words="reschedule", act=Reschedule()),
    Kind(words="make_it", act=Reschedule(), after=_asked(None, Ask.HOW_CAN_I_HELP), confidence=0.9),
    Kind(words="move_the_one", act=Reschedule(), after=_asked(None, Ask.HOW_CAN_I_HELP), confidence=0.9),
    Kind(words="cancel", act=Cancel()),
    Kind(words="ask_other", act=AskOther(), confidence=0.9),
    Kind(words="change_time_asked", act=AskOther(), after=_asked(Ask.WHAT_TO_CHANGE)),
    Kind(words="dont_mind", act=DontMind(), confidence=0.9),
    Kind(words="dont_mind_asked", act=DontMind(), after=_asked(Ask.TIME), confidence=0.8),
    Kind(words="is_not_them", act=Deny(), after=_asked(Ask.RIGHT_PERSON), confidence=0.9),
    Kind(words="is_them", act=Affirm(), after=_asked(Ask.RIGHT_PERSON), confidence=0.9),
    Kind(words="affirm", act=Affirm(), confidence=0.9),
    Kind(words="deny", act=Deny(), confidence=0.9),
    Kind(
        words="book_whole",
        act=Book(),
        whole=True,
        after=_asked(None, Ask.HOW_CAN_I_HELP, Ask.WHETHER_TO_BOOK, Ask.COME_AGAIN),
    ),
    Kind(words="of_age", act=ForSelf(of_age=True), confidence=0.9),
    Kind(words="for_me", act=ForSelf(), confidence=0.9),
    Kind(words="for_child", act=ForOther(who=Relation.CHILD)),
    Kind(words="for_parent", act=ForOther(who=Relation.PARENT)),
    Kind(words="for_partner", act=ForOther(who=Relation.PARTNER)),
    Kind(words="for_friend", act=ForOther(who=Relation.FRIEND)),
    Kind(words="for_someone", act=ForOther(who=Relation.OTHER)),
    Kind(words="book", act=Book(), confidence=0.9),
    Kind(words="goodbye", act=Goodbye()),
    Kind(words="thanks", act=Thanks()),
    Kind(words="greet", act=Greet()),
    Kind(words="deny_opening", act=Deny(), opening=True),
    Kind(words="affirm_opening", act=Affirm(), opening=True),
    Kind(words="affirm_closing", act=Affirm(), closing=True, after=AGREEMENTS | {Ask.WHICH_OFFER, Ask.CODE_WANTED}),
    Kind(words="code_asked", act=Affirm(), after=_asked(Ask.CODE_WANTED), confidence=0.9),
)

_CLAUSE_BEGINS = re.compile(
    r"(?:^|[.,!?;:\n\x1f-]|(?<![^\W_])(?:ok|okay|oh|um|uh|well|and|so|hi|hello|hey|thanks|yes|yeah|no|si|pues|ah|ay|then|but|y|bueno|hola))\s*$"
)
_ENDS = re.compile(r"\W*$")
_ORDER = {kind: place for place, kind in enumerate(KINDS)}


def intents_in(plain: str, *, asked: Ask | None) -> list[Intent]:
    """What the message does, in its order.

    Where two readings share words, the one that begins first wins, then the longer. For whom it is stands beside
    what is to be done: "looking to get my mother an appointment".
    """
    found: list[tuple[int, int, int, Kind]] = []
    for kind in KINDS:
        if kind.after and asked not in kind.after:
            continue
        found += [(start, -end, _ORDER[kind], kind) for start, end in _places(plain, kind)]
    kept: list[Intent] = []
    reached = 0
    for start, minus_end, _, kind in sorted(found, key=lambda one: one[:3]):
        if start >= reached or (isinstance(kind.act, ForOther) and isinstance(kept[-1].act, Book)):
            kept.append(Intent(act=kind.act, span=(start, -minus_end), confidence=kind.confidence))
            reached = max(reached, -minus_end)
    return kept


def _places(plain: str, kind: Kind) -> Sequence[Span]:
    pattern = phrases(kind.words)
    if kind.whole:
        stripped = plain.strip(" \t\n.!¡?¿\"'*,")
        start = plain.find(stripped)
        return [(start, start + len(stripped))] if stripped and pattern.fullmatch(stripped) else []
    spans = [match.span() for match in pattern.finditer(plain) if match.end() > match.start()]
    if kind.opening:
        return [(start, end) for start, end in spans if _opens(plain, start)]
    if kind.closing:
        return [(start, end) for start, end in spans if _ENDS.match(plain, end)]
    return spans


def _opens(plain: str, start: int) -> bool:
    return bool(_CLAUSE_BEGINS.search(plain[:start]))


_MINUTES = {
    "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "half an hour": 30, "an hour": 60,
    "cinco": 5, "diez": 10, "quince": 15, "veinte": 20, "treinta": 30, "media hora": 30, "una hora": 60,
}  # fmt: skip
_HOW_LATE = re.compile(
    rf"(?<!\w)(\d{{1,2}}|{'|'.join(_MINUTES)})"
    r"(?: ?(?:m|min|mins|minutes?|minutos?)(?!\w)|(?= late(?!\w))|(?<=hour)|(?<=hora))"
)


def late_by(plain: str) -> timedelta | None:
    """How late somebody says they will be; None when they do not say."""
    match = _HOW_LATE.search(plain)
    if match is None:
        return None
    said = match[1]
    return timedelta(minutes=int(said) if said.isdigit() else _MINUTES[said])


_PEOPLE = {
    "two": 2, "dos": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6,
}  # fmt: skip
_HOW_MANY = re.compile(rf"(?<!\w)([2-9]|1\d|{'|'.join(_PEOPLE)})(?!\w)")


def people_in(said: str) -> int:
    """How many people "the three of us" are; "me, my mom and my aunt" are three, and two come where nothing is said."""
    match = _HOW_MANY.search(said)
    if match is None:
        return max(2, 1 + len(_EACH_OF_THEIRS.findall(said)))
    others = int(match[1]) if match[1].isdigit() else _PEOPLE[match[1]]
    return others + 1 if _AND_ME.search(said) else others


_EACH_OF_THEIRS = re.compile(r"\b(?:my|mi) \w")
_AND_ME = re.compile(
    r"^(?:for )?(?:me|myself|i) and (?:my )?(?:two|three|four|[2-9])\b|^para mi y (?:mis )?(?:dos|tres|[2-9])\b"
)
"""In "me and two friends" three come, in "two of us" two."""
