"""Answers about a detail that was heard: yes, no, or what is wrong with it, over all that they may have been."""

import re
from collections.abc import Sequence

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskClinical,
    AskPerson,
    Cancel,
    Complain,
    Deny,
    Emergency,
    GiveBirthDate,
    GiveEmail,
    GiveName,
    GivePhone,
    Greet,
    Heard,
    NoEmail,
    OnMyWay,
    OptOut,
    Repeat,
    SamePhone,
    SpeakLanguage,
    Unclear,
    Wait,
)
from frontdesk.dialogue.state import Ask, Doubt, Part
from frontdesk.language.context import Context
from frontdesk.language.details.emails import read_email
from frontdesk.language.details.mending import (
    OF_FAMILY,
    OF_GIVEN,
    mended_birth_date,
    mended_email,
    mended_name,
    mended_phone,
)
from frontdesk.language.details.people import FullName, letters_apart_from, read_name
from frontdesk.language.details.reading import Evidence, Unread
from frontdesk.language.details.spelled import spelled_readings
from frontdesk.language.script import folded

_ELSE = (
    *(AskPerson, AskClinical, Cancel, Complain, Emergency, OptOut, SpeakLanguage, Wait, Repeat, NoEmail, SamePhone),
)
"""What somebody may want whatever they were asked."""
_YES = re.compile(
    r"\W*(?:yes+|yeah|yep|yup|ya|correct|right|exactly|perfect|sure|ok|okay|uh huh|mhm|si|correcto|exacto|asi es|it is|"
    r"(?:that's|that is|it's) (?:right|correct|it|me))(?!\w)"
)
_NO = re.compile(r"\W*(?:no+|nope|nah|not|wrong|incorrect|(?:that's|that is|it's) (?:not|wrong)|sorry|almost)(?!\w)")
_WRONG = re.compile(r"(?<!\w)(?:wrong|incorrect|not (?:right|correct|quite|it)|isn't (?:right|correct))(?!\w)")
_LEADS = re.compile(
    r"^\W*(?:(?:no|now|not|it's|its|it is|that's|the|my|first|last|name|is|of|to|spelled|surname|main)\b\W*)+"
)
_WITH_HOST = re.compile(r"(?:\bat\b|@|\band\b).*(?:\.|\bdot)\s*(?:com|net|org|edu|me|io|co|us)\W*$")
_STILL_HERE = re.compile(
    r"\W*(?:(?:yes|yeah|yep|hello|hi|oh|sorry|um|uh)\W+)*(?:i'm|i am) (?:still |right )?(?:here|there)"
    r"(?=\W*(?:[.,!?;]|$))"
)
_YES_KEY, _NO_KEY, _PERSON_KEY, _CALLS_KEY = "1", "2", "0", "9"


def person_by_key(text: str, context: Context) -> list[Heard]:
    """The key 0 by itself asks for a person, as it does wherever calls are answered; [] for anything else."""
    if not context.by_ear or context.asked is Ask.GAP or text.strip(" .#") != _PERSON_KEY:
        return []
    return [Heard(act=AskPerson(), span=(0, len(text)), confidence=0.9)]


def by_key_in_our_call(text: str, context: Context) -> list[Heard]:
    """In a call that the desk has placed, 9 ends such calls; 1 and 2 are yes and no. [] for anything else."""
    if context.called is None or context.asked not in {Ask.RIGHT_PERSON, Ask.REMINDED, None}:
        return []
    acts: dict[str, Act] = {_CALLS_KEY: OptOut(calls=True), _YES_KEY: Affirm(), _NO_KEY: Deny()}
    act = acts.get(text.strip(" .#"))
    return [Heard(act=act, span=(0, len(text)), confidence=0.99)] if act is not None else []


def still_on_the_line(heard: Sequence[Heard], text: str, context: Context) -> list[Heard]:
    """ "Yes, I'm here" answers "are you still there?": on the phone nobody has come who says no more than that."""
    answered = _STILL_HERE.match(folded(text)) if context.by_ear else None
    if answered is None:
        return list(heard)
    return [one for one in heard if not (isinstance(one.act, OnMyWay) and one.span[1] <= answered.end())] or [
        Heard(act=Greet(), span=(0, len(text)), confidence=0.9)
    ]


def answer_to_read_back(heard: Sequence[Heard], text: str, context: Context) -> list[Heard]:
    """What an answer to "is that right?" does; what is said of something else stays as it was heard."""
    doubt = context.doubt
    if context.asked is not Ask.DETAIL_RIGHT or doubt is None or any(isinstance(one.act, _ELSE) for one in heard):
        return list(heard)
    span = (0, len(text))
    if doubt.part is Part.EMAIL and (whole := _whole_address(text, doubt, context)) is not None:
        return [Heard(act=Deny(), span=span, confidence=0.9), Heard(act=whole, span=span, confidence=0.9)]
    if (
        doubt.part is Part.NAME
        and (spelled := _spelled_name((text, *context.alternatives), doubt, context)) is not None
    ):
        return [Heard(act=Deny(), span=span, confidence=0.9), Heard(act=spelled, span=span, confidence=0.9)]
    for said in (text, *context.alternatives):
        acts = _answer(said, doubt, context)
        if acts:
            return [Heard(act=act, span=span, confidence=0.9) for act in acts]
    asked = [one for one in heard if not isinstance(one.act, Unclear)]
    return asked if asked and not _gives(asked) else [Heard(act=Unclear(), span=span, confidence=0.9)]


def _whole_address(text: str, doubt: Doubt, context: Context) -> Act | None:
    """The e-mail address that is said or spelled once more; weighed with all that was heard of it before."""
    if not any(_WITH_HOST.search(folded(one)) for one in (text, *context.alternatives)):
        return None
    evidence = Evidence(
        caller=context.caller,
        earlier=context.earlier,
        spoken=True,
        known_given=context.known.given,
        known_family=context.known.family,
    )
    read = read_email((text, *context.alternatives), evidence)
    if isinstance(read, Unread):
        return None
    known = {*doubt.refused, context.known.email}
    return next((GiveEmail(email=one) for one in (read.value, *read.also) if one not in known), None)


def _spelled_name(said: Sequence[str], doubt: Doubt, context: Context) -> Act | None:
    """The name with the part that is spelled in place of the one that was wrong."""
    given, family = context.known.given, context.known.family
    spelled = [one for one in said if letters_apart_from(one)]
    if not (given and family) or 2 * len(spelled) < len(said):
        return None
    of_family, of_given = (sum(cue.search(folded(one)) is not None for one in said) for cue in (OF_FAMILY, OF_GIVEN))
    texts = []
    for one in spelled:
        letters = [read.signs for read in spelled_readings(_LEADS.sub(" ", folded(one))) if read.signs.isalpha()][:3]
        for signs in letters:
            before, after = given if of_family > of_given else "", family if of_given > of_family else ""
            texts.append(" ".join(f"{before}{signs}{after}".lower()))
    evidence = Evidence(earlier=context.earlier, spoken=True, charts=context.charts)
    read = read_name(texts, evidence) if texts else None
    if read is None or isinstance(read, Unread):
        return None
    told = [GiveName(given=one.given, family=one.family) for one in (read.value, *read.also)]
    known = {*doubt.refused, f"{given} {family}"}
    return next((one for one in told if value_in(one) not in known), None)


def _answer(said: str, doubt: Doubt, context: Context) -> list[Act]:
    plain = folded(said).strip()
    if plain.strip(" .#") in (_YES_KEY, _NO_KEY):
        return [Affirm()] if plain.strip(" .#") == _YES_KEY else [Deny()]
    yes, no = _YES.match(plain), _NO.match(plain)
    wrong = no is not None or _WRONG.search(plain) is not None
    if yes and not wrong and len(plain.split()) <= 6:
        return [Affirm()]
    mended = _mended(said, plain, doubt.part, context)
    if mended is not None and value_in(mended) not in doubt.refused:
        return [Deny(), mended] if wrong else [mended]
    if wrong:
        return [Deny()]
    return [Affirm()] if yes else []


def _mended(said: str, plain: str, part: Part, context: Context) -> Act | None:
    known = context.known
    match part:
        case Part.NAME if known.given and known.family:
            name = mended_name(said, FullName(given=known.given, family=known.family))
            return GiveName(given=name.given, family=name.family) if name else None
        case Part.PHONE if known.phone:
            phone = mended_phone(plain, known.phone)
            return GivePhone(phone=phone) if phone else None
        case Part.EMAIL if known.email:
            email = mended_email(plain, known.email)
            return GiveEmail(email=email) if email else None
        case Part.BIRTH_DATE if known.birth_date:
            born = mended_birth_date(plain, known.birth_date, today=context.today, region=context.region)
            return GiveBirthDate(born=born) if born else None
        case _:
            return None


def value_in(act: object) -> str:
    """The value of a detail in one line, as the dialogue remembers what was refused; "" of any other act."""
    match act:
        case GiveName():
            return f"{act.given} {act.family}"
        case GivePhone():
            return act.phone
        case GiveEmail():
            return act.email
        case GiveBirthDate():
            return act.born.isoformat()
        case _:
            return ""


def not_refused(one: Heard, doubt: Doubt | None) -> Heard:
    """The likeliest reading of a detail that was not said to be wrong before."""
    if doubt is None or value_in(one.act) not in doubt.refused:
        return one
    left = [act for act in one.also if value_in(act) not in doubt.refused]
    if not left:
        return one
    return Heard(act=left[0], span=one.span, confidence=one.confidence, confirm_by=one.confirm_by, also=tuple(left[1:]))


def _gives(heard: Sequence[Heard]) -> bool:
    return all(isinstance(one.act, GiveName | GivePhone | GiveEmail | GiveBirthDate | Affirm | Deny) for one in heard)
