"""What a model may answer, and what of it is believed: quotes must be in the message, values must parse."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

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
    AskPayer,
    AskPerson,
    AskToPay,
    AskVisit,
    AskWaitlist,
    Book,
    Cancel,
    Choose,
    Complain,
    Confirm,
    Danger,
    Deny,
    DontMind,
    Emergency,
    EveryVisit,
    Explain,
    FirstVisit,
    ForOther,
    ForSelf,
    GettingHelp,
    GiveEmail,
    GiveName,
    GivePayer,
    GivePhone,
    Goodbye,
    Greet,
    Heard,
    LeaveMessage,
    LeaveWaitlist,
    NameService,
    NoEmail,
    OffTopic,
    OnMyWay,
    OptOut,
    Praise,
    Relation,
    Repeat,
    Reschedule,
    RunningLate,
    SamePhone,
    Sessions,
    Several,
    Shift,
    SpeakLanguage,
    Stop,
    TellSorrow,
    Thanks,
    Unclear,
    Unsure,
    Wait,
    Waitlist,
    WhichTime,
    WishTime,
    WrongNumber,
)
from frontdesk.dialogue.state import Ask
from frontdesk.language.context import Context
from frontdesk.language.intents import late_by
from frontdesk.language.model.hiding import MARK, Hidden
from frontdesk.language.script import folded
from frontdesk.language.vocabulary import LANGUAGES

BELIEVED = 0.8
"""The confidence of an act that a model named and our grammars could read."""

MOST_ITEMS = 16
Grammar = Callable[[str, Context], list[Heard]]

_PLAIN: dict[str, Act] = {
    "greet": Greet(),
    "thanks": Thanks(),
    "goodbye": Goodbye(),
    "book": Book(),
    "reschedule": Reschedule(),
    "cancel": Cancel(),
    "dont_mind": DontMind(),
    "for_self": ForSelf(),
    "every_visit": EveryVisit(),
    "ask_other": AskOther(),
    "same_phone": SamePhone(),
    "no_email": NoEmail(),
    "affirm": Affirm(),
    "deny": Deny(),
    "ask_automated": AskAutomated(),
    "ask_person": AskPerson(),
    "ask_clinical": AskClinical(),
    "tell_sorrow": TellSorrow(),
    "getting_help": GettingHelp(),
    "opt_out": OptOut(),
    "unclear": Unclear(),
    "unsure": Unsure(),
    "confirm": Confirm(),
    "repeat": Repeat(),
    "explain": Explain(),
    "wait": Wait(),
    "stop": Stop(),
    "waitlist": Waitlist(),
    "on_my_way": OnMyWay(),
    "ask_visit": AskVisit(),
    "ask_others_visit": AskOthersVisit(),
    "ask_done": AskDone(),
    "ask_each": AskEach(),
    "ask_waitlist": AskWaitlist(),
    "leave_waitlist": LeaveWaitlist(),
    "ask_form": AskForm(),
    "ask_own_data": AskOwnData(),
    "ask_deletion": AskDeletion(),
    "leave_message": LeaveMessage(whole=True),
    "praise": Praise(),
    "complain": Complain(),
    "wrong_number": WrongNumber(),
    "several": Several(),
    "off_topic": OffTopic(),
    "abuse": Abuse(),
}


class Item(BaseModel):
    """One act as the model names it."""

    model_config = ConfigDict(extra="forbid")

    act: Literal[
        "greet", "thanks", "goodbye", "book", "reschedule", "cancel", "name_service", "first_visit", "wish_time",
        "shift", "every_visit", "choose", "dont_mind", "for_self",
        "ask_other", "give_name", "give_phone", "give_email", "same_phone", "no_email", "affirm",
        "deny", "ask_automated", "ask_about", "ask_person", "ask_clinical", "emergency", "opt_out", "unclear", "unsure",
        "confirm", "repeat", "explain", "wait", "stop", "waitlist", "running_late", "on_my_way", "ask_visit",
        "complain", "wrong_number", "for_other", "several", "off_topic", "abuse",
        "leave_waitlist", "ask_form", "ask_own_data", "ask_deletion", "leave_message", "praise", "sessions",
        "give_payer", "ask_payer", "ask_to_pay", "speak_language", "ask_waitlist", "tell_sorrow", "getting_help",
        "ask_others_visit", "ask_done", "ask_each",
    ]  # fmt: skip
    quote: str = Field(max_length=2000)
    value: str = Field(default="", max_length=200)


class Answer(BaseModel):
    """What the model says a message does."""

    model_config = ConfigDict(extra="forbid")

    items: list[Item] = Field(max_length=MOST_ITEMS)


def believed(answer: Answer, hidden: Hidden, context: Context, grammar: Grammar) -> list[Heard]:
    """The acts that stand in the message and whose values our own grammar reads; the others are dropped."""
    heard: list[Heard] = []
    for item in answer.items:
        span = hidden.span(item.quote)
        act = _act(item, hidden, context, grammar) if span is not None else None
        if act is not None and span is not None and not any(one.act == act for one in heard):
            heard.append(Heard(act=act, span=span, confidence=BELIEVED))
    return sorted(heard, key=lambda one: one.span)


def _act(item: Item, hidden: Hidden, context: Context, grammar: Grammar) -> Act | None:
    if item.act in _PLAIN:
        return _PLAIN[item.act]
    match item.act:
        case "name_service":
            known = {service.id for service in context.practice.services}
            named = tuple(dict.fromkeys(service for part in _parts(item.value) for service in known if service == part))
            return NameService(services=named) if named else None
        case "first_visit":
            return {"new": FirstVisit(first=True), "returning": FirstVisit(first=False)}.get(item.value.strip().lower())
        case "wish_time":
            return _time(hidden.revealed(item.quote), context, grammar) or _time(item.value, context, grammar)
        case "choose":
            places = [int(part) - 1 for part in _parts(item.value) if part.isascii() and part.isdigit()]
            there = tuple(sorted({place for place in places if 0 <= place < len(context.offered)}))
            return Choose(offers=there) if there and len(there) == len(set(places)) else None
        case "give_name":
            return _name(item, hidden)
        case "give_phone" | "give_email":
            kind = GivePhone if item.act == "give_phone" else GiveEmail
            words = hidden.revealed(item.value if MARK.fullmatch(item.value.strip()) else item.quote)
            return next((one.act for one in grammar(words, context) if isinstance(one.act, kind)), None)
        case "sessions" | "give_payer" | "ask_payer" | "shift":
            kinds = {"shift": Shift, "sessions": Sessions, "give_payer": GivePayer, "ask_payer": AskPayer}
            wanted, said = kinds[item.act], hidden.revealed(item.quote)
            return next((one.act for one in grammar(said, context) if isinstance(one.act, wanted)), None)
        case "ask_to_pay":
            return AskToPay(link=context.practice.payment_page or None)
        case "speak_language":
            spoken = item.value.strip().lower()
            return SpeakLanguage(language=spoken) if spoken in LANGUAGES else None
        case "ask_about":
            topics = {answer.topic for answer in context.practice.knowledge}
            return AskAbout(topic=item.value if item.value in topics else "")
        case "for_other":
            relations = {relation.value: relation for relation in Relation}
            return ForOther(who=relations.get(item.value.strip().lower(), Relation.OTHER))
        case "running_late":
            return RunningLate(by=late_by(folded(hidden.revealed(item.quote))))
        case "emergency":
            known_danger = {danger.value: danger for danger in Danger}
            return Emergency(danger=known_danger.get(item.value.strip().lower(), Danger.MEDICAL))
        case _:
            return None


def _time(words: str, context: Context, grammar: Grammar) -> Act | None:
    """A wish, or the offer that the words fit; a part of a message is read as said in answer to "when"."""
    asking = context if context.asked else replace(context, asked=Ask.TIME)
    return next((one.act for one in grammar(words, asking) if isinstance(one.act, WishTime | WhichTime | Choose)), None)


def _name(item: Item, hidden: Hidden) -> GiveName | None:
    """A name whose every word stands in the quote."""
    quote, told = hidden.revealed(item.quote), hidden.revealed(item.value)
    said = {word.strip(",.").casefold() for word in quote.split()}
    given, _, family = (part.strip() for part in told.partition(","))
    if not family and len(given.split()) > 1:
        given, _, family = given.partition(" ")
    words = [word.casefold() for word in f"{given} {family}".split()]
    if not given or not all(word in said for word in words):
        return None
    return GiveName(given=given, family=family)


def _parts(value: str) -> Sequence[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
