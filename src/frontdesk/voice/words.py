"""What may be said in a call: by the caller, for the ear to think of, and by the desk, to be made ahead. Pure."""

from datetime import datetime

from frontdesk.dialogue.acts import ConfirmBy
from frontdesk.dialogue.by_ear import detail_of
from frontdesk.dialogue.says import AskEmail, AskFirstVisit, AskNameAndPhone, AskService, AskTime, Say
from frontdesk.dialogue.state import Ask, Doubt, Part
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.language.aloud import aloud
from frontdesk.language.catalogue import catalogue
from frontdesk.language.phrasing import Facts, phrase

_EXAMPLES = {
    Ask.HOW_CAN_I_HELP: "I'd like to book an appointment on Friday. I need to move my appointment. How much is it? "
    "Do you have parking?",
    Ask.TIME: "On Thursday afternoon. Any time on Friday.",
    Ask.WHO_ARE_YOU: "Ann Lee, March 4, 1985.",
    Ask.AGREED: "Yes, please. No, on Friday.",
    Ask.PHONE: "512-555-0147.",
    Ask.NAME: "My name is Ann Lee.",
    Ask.LINK_WANTED: "Yes, please. No, thank you. No, I would rather say it.",
    Ask.NAME_AND_PHONE: "My name is Ann Lee, 512-555-0147.",
    Ask.BIRTH_DATE: "March 4, 1985.",
    Ask.EMAIL: "ann.lee@gmail.com.",
    Ask.FIRST_VISIT: "Yes, I have. No, it's my first time.",
    Ask.RIGHT_PERSON: "Yes, speaking. Yes, this is she. No, she's not here. Wrong number. Stop calling.",
    Ask.REMINDED: "Yes, I'll be there. No, I can't make it.",
    Ask.WHICH_OFFER: "The first one. Thursday at 4:30 PM.",
}
"""How an answer is written: the model writes as what it was shown."""


_SPELLED = (
    "B as in boy, R as in Robert, Y as in yellow, D as in dog. G as in George.",
    "Tango, Hotel, Juliet, Uniform. J, E, F, T, U, B, P.",
    "",
)
"""Letters by each of the ways in which people say them: a model that was shown none of them writes words."""
_READ_BACK = {
    Part.NAME: ("Yes, that's right. No, the last name is B as in boy, R as in Robert.", _SPELLED[1]),
    Part.EMAIL: ("Yes, that's right. No, it's B as in boy, R as in Robert, at gmail.com.", _SPELLED[1]),
    Part.PHONE: ("Yes, that's right. No, it ends in 48. No, it's 512-555-0147.",),
    Part.BIRTH_DATE: ("Yes, that's right. No, the year is 1985. No, March 4, 1985.",),
}


def hints_for(practice: Practice, asked: Ask | None, doubt: Doubt | None = None) -> tuple[str, ...]:
    """How an answer to the question looks, with the names of what the practice offers and of who works there.

    Where one detail is asked for, no other names are given: they would be heard in its place.
    """
    if doubt is not None and asked is Ask.DETAIL_RIGHT:
        return _READ_BACK[doubt.part]
    if doubt is not None and doubt.by is ConfirmBy.SPELL and detail_of(asked) is doubt.part:
        return _SPELLED
    example = _EXAMPLES.get(asked, "") if asked is not None else ""
    if detail_of(asked) is not None:
        return (example,)
    services = [service.name for service in practice.services if service.bookable]
    people = [person.name for person in practice.practitioners]
    return (f"{practice.name}. {', '.join((*services, *people))}. {example}".strip(),)


def likely(practice: Practice, *, language: str, now: datetime) -> list[str]:
    """Sentences that will be said sooner or later, as they are said: what most callers are asked, by service."""
    facts = Facts(
        practice=practice,
        zone=practice.locations[0].zone,
        language=language,
        channel=ChannelKind.VOICE,
        now=now,
    )
    services = [service.id for service in practice.services if service.bookable]
    says: list[Say] = [
        *(AskFirstVisit(service=service) for service in services),
        *(AskTime(service=service) for service in services[:1]),
        AskNameAndPhone(texting=True),
        AskService(),
        AskEmail(),
    ]
    told = catalogue(language)
    spoken = [phrase([say], facts).text for say in says]
    spoken += [told.say(key) for key in ("call_say_again", "call_still_there", "call_link_texted", "take_your_time")]
    spoken += [answer.in_language(language) for answer in practice.knowledge]
    return list(dict.fromkeys(sentence for text in spoken for sentence in aloud(text, language).sentences))
