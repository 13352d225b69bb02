"""Emergencies, that one is over, and what is only told of."""

import re
from dataclasses import replace

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AllClear,
    AskAbout,
    AskAutomated,
    AskClinical,
    AskOther,
    AskPerson,
    Book,
    Cancel,
    Deny,
    Emergency,
    FirstVisit,
    GettingHelp,
    Heard,
    NameService,
    OffTopic,
    OnMyWay,
    Reschedule,
    RunningLate,
    TellHealth,
    Unclear,
    Unsure,
    WhichTime,
    WishTime,
)
from frontdesk.dialogue.by_ear import OF_A_DETAIL, detail_of
from frontdesk.dialogue.state import AGREEMENTS, Ask
from frontdesk.language.danger import Standing, danger_in
from frontdesk.language.hearing.listening import LIKELY, SURE, Listening, overlap
from frontdesk.language.hearing.visits import takes_a_visit_out
from frontdesk.language.intents import intents_in
from frontdesk.language.script import Span, folded, without
from frontdesk.language.vocabulary import phrases, words

GUESSED = 0.6
"""Below this chance an emergency of which no rule met a sign is a guess."""
_END = re.compile(
    r"[.!?\n;]|,(?= (?:but |so |and )?"
    r"(?:i'd|i would|i want|i need|can|could|may|please|quiero|quisiera|me gustaria)\b)",
    re.I,
)
"""Where a sentence ends, or goes over to what is wanted."""


def hear_danger(listening: Listening) -> None:
    """An emergency that is here now; spoken of, it is a question for a person. Its words are left to the others."""
    plain = folded(listening.written)
    alarm = danger_in(plain)
    if alarm is not None and _is_why_a_visit_goes(listening, alarm.span):
        alarm = danger_in(without(plain, [alarm.span]))  # what else it tells
    if alarm is None:
        return
    if listening.context.alarm and _only_tells_of_help(listening):
        return
    if alarm.standing is Standing.DENIED:
        listening.denied.append(alarm.span)
        return
    if alarm.chance < GUESSED and any(meant(listening) for meant in _ORDINARY):
        return
    act: Act = Emergency(danger=alarm.danger) if alarm.standing is Standing.NOW else AskClinical()
    if alarm.standing is Standing.SPOKEN_OF:
        listening.spoken_of.append(alarm.span)
    listening.heard.append(
        Heard(act=act, span=alarm.span, confidence=SURE if alarm.standing is Standing.NOW else LIKELY)
    )


def _only_tells_of_help(listening: Listening) -> bool:
    """ "Ok, calling 911 now", after the alarm: help is under way, and nothing else is said."""
    left = phrases("getting_help").sub(" ", listening.plain)
    known = words("courtesies") | words("fillers") | words("beside_yes")
    return left != listening.plain and all(word in known for word in re.findall(r"[a-z']+", left))


def _is_why_a_visit_goes(listening: Listening, span: Span) -> bool:
    """ "Please cancel it, it's an emergency", and no word of what: why they do not come, or why a fee is unfair."""
    said = folded(listening.written)[slice(*span)]
    if phrases("an_emergency").fullmatch(said.strip(" .!,?")) is None:
        return False
    if phrases("medical_emergency").search(listening.plain):
        return False
    fee = any(
        phrases(listed).search(listening.plain) for listed in ("ask_cancel_fee", "ask_any_charge", "ask_to_waive")
    )
    return fee or takes_a_visit_out(listening)


def _comes(listening: Listening) -> bool:
    """Whether they only tell that they are on their way, or late."""
    found = intents_in(listening.plain, asked=listening.context.asked)
    return any(isinstance(one.act, RunningLate | OnMyWay) for one in found)


def _gives_a_detail(listening: Listening) -> bool:
    """Whether they speak, and answer a question for a detail: letters said one by one are heard as any words."""
    context = listening.context
    return context.by_ear and (context.asked in OF_A_DETAIL or detail_of(context.asked) is not None)


def hear_all_clear(listening: Listening) -> None:
    """After an alarm: that it was none, or is over; that they are where help is."""
    if not listening.context.alarm or listening.has(Emergency):
        return
    if (over := phrases("alarm_over").search(listening.plain)) is not None:
        listening.hear(AllClear(), over.span())
    elif (there := phrases("getting_help").search(listening.plain)) is not None:
        listening.hear(GettingHelp(), there.span(), take=False)


def hear_health(listening: Listening) -> None:
    """What went wrong after a treatment, skin that a doctor should see, and what speaks against a treatment."""
    if listening.has(Emergency):
        return
    plain = folded(listening.written)
    found = phrases("warning_signs").search(plain) or _of_a_treatment_had(listening, plain)
    span = found.span() if found else _speaks_against(listening, plain)
    if span is None:
        return
    around = _sentence(listening.written, span)
    listening.heard = [
        one
        for one in listening.heard
        if not (
            (isinstance(one.act, _SAID_WITHOUT_MORE) and overlap(one.span, around))
            or (isinstance(one.act, AskAbout) and not one.act.topic and overlap(one.span, around))
            or (isinstance(one.act, Reschedule) and overlap(one.span, span))  # a mole that has changed moves no visit
        )
    ]
    if not any(isinstance(one.act, AskClinical) and overlap(one.span, around) for one in listening.heard):
        listening.heard.append(Heard(act=AskClinical(), span=span, confidence=LIKELY))


_SAID_WITHOUT_MORE = (AskAutomated, OffTopic, Unclear, Unsure)
"""What words about one's health are mistaken for."""


def _of_a_treatment_had(listening: Listening, plain: str) -> re.Match[str] | None:
    """ "I slept on my face after Botox", unless the practice's own answer is heard already."""
    answered = any(isinstance(one.act, AskAbout) and one.act.topic for one in listening.heard)
    return None if answered else phrases("after_treatment").search(plain)


def _speaks_against(listening: Listening, plain: str) -> Span | None:
    """Where it tells of their health what whoever treats them has to know: a medicine, an operation, a burn."""
    if found := phrases("contraindications").search(plain):
        return found.span()
    named = phrases("contraindications_named").search(plain) if _of_a_visit(listening) else None
    return named.span() if named and not phrases("others_health").search(plain) else None


def _of_a_visit(listening: Listening) -> bool:
    return listening.has(NameService) or listening.context.known.service is not None


def hear_whether_it_suits(listening: Listening) -> None:
    """ "Can I have laser while pregnant?": asked before anything was done, and nothing is felt that may get worse."""
    plain = folded(listening.written)
    if phrases("warning_signs").search(plain):
        return
    if _asks_in_general(listening, plain) or _asks_whether_it_suits(listening, plain):
        listening.heard = [
            replace(one, act=AskClinical(beforehand=True)) if isinstance(one.act, AskClinical) else one
            for one in listening.heard
        ]


def _asks_in_general(listening: Listening, plain: str) -> bool:
    """Whether it is asked what might be, how much is needed, or whether something long past matters."""
    against = _speaks_against(listening, plain)
    long_ago = listening.spoken_of and phrases("long_ago").search(plain)
    if against is None and not long_ago and not phrases("ask_in_general").search(plain):
        return False
    if listening.spoken_of and phrases("lately").search(plain):
        return False
    harmless = [*listening.spoken_of, *(one.span() for one in phrases("long_past").finditer(plain))]
    left = without(plain, harmless if against is None else [*harmless, against])
    return phrases("felt").search(left) is None


def _asks_whether_it_suits(listening: Listening, plain: str) -> bool:
    if not _of_a_visit(listening) or listening.spoken_of or phrases("symptoms_told").search(plain):
        return False
    return phrases("ask_whether_it_suits").search(plain) is not None


def hear_whether_somebody_looks(listening: Listening) -> None:
    """ "Could Kim take a look at it tomorrow?", after a question that people were told of: no treatment is wanted."""
    context = listening.context
    free = context.asked in {None, Ask.HOW_CAN_I_HELP, Ask.SERVICE, Ask.FIRST_VISIT, Ask.WHICH_OFFER}
    if not context.promised or not free or listening.has(Emergency, AskClinical, AskPerson):
        return
    looked_at = phrases("to_be_looked_at").search(listening.plain)
    if looked_at is None or phrases("a_consultation").search(listening.plain):
        return
    wishes = (Book, NameService, WishTime, WhichTime, AskAbout, FirstVisit, Reschedule, AskOther)
    listening.heard = [one for one in listening.heard if not isinstance(one.act, wishes)]
    listening.hear(AskClinical(), looked_at.span(), LIKELY, take=False)


def hear_history(listening: Listening) -> None:
    """What is only told of, long past, beside a visit that is wanted: it is passed on, and the visit arranged."""
    if listening.has(Emergency):
        return
    written = listening.written
    told = [one.span for one in listening.heard if isinstance(one.act, AskClinical) and _is_told(listening, one)]
    told = [span for span in told if not _asks(written, span)]
    if not told:
        return
    of_it = [_sentence(written, span) for span in told if span in listening.spoken_of]
    wanted = [
        one
        for one in listening.heard
        if not (isinstance(one.act, NameService) and any(overlap(one.span, span) for span in of_it))
    ]  # "a reaction to a peel years ago": no peel is wanted
    if not any(isinstance(one.act, NameService | Book | Cancel | Reschedule) for one in wanted):
        told = [span for span in told if span not in listening.spoken_of]
        if not told or _speaks_against(listening, folded(written)) is None:
            return
    listening.heard = [
        replace(one, act=TellHealth()) if isinstance(one.act, AskClinical) and one.span in told else one
        for one in wanted
    ]


def _is_told(listening: Listening, one: Heard) -> bool:
    """Whether it is told of, and not asked about: what is long past, a medicine they take."""
    if one.span in listening.spoken_of:
        return True
    plain = folded(listening.written)
    if phrases("warning_signs").search(plain):
        return False
    sentence = plain[slice(*_sentence(listening.written, one.span))]
    against = _speaks_against(listening, plain)
    if against is not None and overlap(one.span, _sentence(listening.written, against)):
        asks = _asks_anything(plain) or phrases("whether_it_matters").search(plain)
        return listening.has(Cancel, Reschedule) or not asks
    return phrases("health_facts").search(sentence) is not None and not _asks_anything(listening.plain)


def _asks_anything(plain: str) -> bool:
    clauses = re.split(r"[.!,;\n]", plain)
    return "?" in plain or any(phrases("question").match(clause.strip()) for clause in clauses)


def _agrees_or_not(listening: Listening) -> bool:
    """Whether a visit that was read back is agreed to or not: "correct, I won't be there" is no farewell."""
    if listening.context.asked not in AGREEMENTS:
        return False
    return any(isinstance(one.act, Affirm | Deny) for one in intents_in(listening.plain, asked=listening.context.asked))


_ORDINARY = (_gives_a_detail, takes_a_visit_out, _agrees_or_not, _comes)
"""What a message may be that no rule takes for an emergency, and that is only guessed to be one."""


def _asks(text: str, span: Span) -> bool:
    """Whether the sentence around that place is a question."""
    end = _END.search(text, span[1])
    return end is not None and end.group() == "?"


def _sentence(text: str, span: Span) -> Span:
    """The sentence around that place."""
    before = [match.end() for match in _END.finditer(text, 0, span[0])]
    end = _END.search(text, span[1])
    return (before[-1] if before else 0), (end.start() if end else len(text))
