"""Questions that nothing else has understood: people at the desk answer them, and the talk goes on."""

import re
from dataclasses import replace

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    AskAbout,
    AskClinical,
    Book,
    Cancel,
    Deny,
    Emergency,
    EveryVisit,
    GiveBirthDate,
    GiveCode,
    GiveMember,
    GivePayer,
    Goodbye,
    Greet,
    NameService,
    OffTopic,
    TellMinor,
    Thanks,
    Unclear,
    Wait,
    WishTime,
)
from frontdesk.dialogue.state import FOR_PROOF
from frontdesk.language.hearing.listening import LIKELY, Listening, overlap
from frontdesk.language.hearing.of_services import SENTENCE
from frontdesk.language.knowledge import SAME_QUESTIONS, leading_off, topic_of
from frontdesk.language.script import Span, without
from frontdesk.language.vocabulary import phrases

_SAYS_NOTHING = (Affirm, Deny, Goodbye, Greet, Thanks, Unclear)
"""Beside these a question may stand that was not read."""


def hear_questions_left(listening: Listening) -> None:
    """A sentence in the form of a question that no rule has read, or only as naming a treatment."""
    if listening.has(Emergency):
        return
    if phrases("only_asks").search(listening.plain):  # "I don't want to come in, just asking"
        listening.heard = [one for one in listening.heard if not isinstance(one.act, Book | Cancel)]
        listening.hear(Wait(), (0, len(listening.plain)), LIKELY, take=False)
    _back_in_talk(listening)
    if listening.context.asked in FOR_PROOF and listening.has(GiveBirthDate, GiveCode):  # "is that enough?"
        listening.heard = [one for one in listening.heard if one.act != AskAbout(topic="")]
        return
    for sentence in SENTENCE.finditer(listening.plain):
        span = listening.read.span(*sentence.span())
        here = [one.act for one in listening.heard if overlap(one.span, span)]
        told = [act for act in here if not isinstance(act, (*_SAYS_NOTHING, EveryVisit))]
        said = leading_off(sentence.group())
        noted = listening.has(GivePayer, GiveMember) and phrases("note_that").search(said)
        if noted or phrases("exclaims").match(said):
            continue
        if all(isinstance(act, NameService) for act in told) and told:
            if _asks_of_a_service(said):
                listening.hear(AskAbout(topic=""), sentence.span(), LIKELY, take=False)
        elif (
            not told and _words_left(listening, sentence.span()) > len(here) and _asks(said, alone=not listening.heard)
        ):
            listening.hear(AskAbout(topic=""), sentence.span(), LIKELY)


def hear_age_asked(listening: Listening) -> None:
    """ "My daughter is 15, can she get a facial?": from what age it is done is told at once."""
    minor = [one for one in listening.heard if isinstance(one.act, TellMinor)]
    asks = phrases("asks_of_a_minor").search(listening.plain)
    topic = topic_of(SAME_QUESTIONS["ask_age"], listening.context.practice)
    answered = any(isinstance(one.act, AskAbout) and one.act.topic for one in listening.heard)
    if minor and asks and topic and not answered and not listening.has(AskClinical, Emergency):
        listening.hear(AskAbout(topic=topic), asks.span(), LIKELY, take=False)


def no_refusal_by_a_question(listening: Listening) -> None:
    """ "No, I mean do I have to pay now?": the no takes back how the question was read, and answers nothing."""
    again = phrases("corrects_the_question").match(listening.plain.lstrip())
    if again is not None and listening.has(AskAbout):
        listening.heard = [one for one in listening.heard if not isinstance(one.act, Deny)]


def nobody_unable_is_wished_for(listening: Listening) -> None:
    """ "Can Hannah do my Botox on Thursday?": she does none, and Thursday is wished for without her."""
    practice = listening.context.practice
    answered = [one.act.service for one in listening.heard if isinstance(one.act, AskAbout) and one.act.topic == "who"]
    for service in answered:
        able = {one.id for one in practice.qualified(practice.service(service))} if service else set()
        listening.heard = [
            replace(one, act=replace(one.act, wish=replace(one.act.wish, practitioner=None)))
            if isinstance(one.act, WishTime) and one.act.wish.practitioner not in {None, *able}
            else one
            for one in listening.heard
        ]
    if answered:
        listening.heard = [one for one in listening.heard if not _wishes_nothing(one.act)]


def _wishes_nothing(act: Act) -> bool:
    return isinstance(act, WishTime) and act.wish.is_open and act.wish.practitioner is None


def _back_in_talk(listening: Listening) -> None:
    """ "Do they expire?" is about nothing by itself; in a talk it is about what was spoken of."""
    context = listening.context
    spoken_of = context.told.topic or context.told.services or context.promised or context.known.service
    if not listening.has(OffTopic):
        return
    said = leading_off(listening.plain.strip())
    ours = phrases("never_off_topic").search(said) is not None
    if spoken_of and not ours:
        refers = phrases("question_form").match(said) and phrases("refers_back").search(said)
        about_care = any(phrases(listed).search(said) for listed in ("ours", "asks_allowed"))
        ours = refers is not None or about_care
    if ours:
        listening.hear(AskAbout(topic=""), (0, len(listening.plain)), LIKELY)
        listening.heard = [one for one in listening.heard if not isinstance(one.act, OffTopic)]


def _asks(said: str, *, alone: bool) -> bool:
    """Whether a sentence asks; where it is all that was said, also by how it ends: "I tanned, is that ok"."""
    if phrases("announces_question").fullmatch(said.strip(" ?.!")) or (
        phrases("asks_for_visit").match(said) and not alone
    ):
        return False
    form = "?" in said or phrases("question_form").match(said) is not None
    return form or (alone and phrases("question_inside").search(said) is not None)


def _words_left(listening: Listening, sentence: Span) -> int:
    """How many words of a sentence nothing was heard in: of "hello?" none."""
    heard = [listening.read.found(*one.span) for one in listening.heard]
    return len(re.findall(r"[a-z']{2,}", without(listening.plain, heard)[slice(*sentence)]))


def _asks_of_a_service(said: str) -> bool:
    """Whether more is asked of a treatment than for a time to have it."""
    if phrases("asks_for_visit").match(said):
        return False
    return phrases("question_form").match(said) is not None and len(said.split()) > _SHORTEST


_SHORTEST = 2
"""Words of a question about a treatment: "what about Botox?" names it, and wants it."""
