"""What may be said in a call: by the caller, for the ear to think of, and by the desk, to be made ahead. Pure."""

from datetime import datetime

from frontdesk.dialogue.says import AskEmail, AskFirstVisit, AskNameAndPhone, AskService, AskTime, Say
from frontdesk.dialogue.state import Ask
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.language.aloud import aloud
from frontdesk.language.catalogue import catalogue
from frontdesk.language.phrasing import Facts, phrase

_EXAMPLES = {
    Ask.PHONE: "512-555-0147.",
    Ask.NAME_AND_PHONE: "My name is Ann Lee, 512-555-0147.",
    Ask.BIRTH_DATE: "March 4, 1985.",
    Ask.EMAIL: "ann.lee@gmail.com.",
    Ask.FIRST_VISIT: "Yes, I have. No, it's my first time.",
    Ask.WHICH_OFFER: "The first one. Thursday at 4:30 PM.",
}
"""How an answer is written: the model writes as what it was shown."""


def words_of(practice: Practice, asked: Ask | None) -> str:
    """The names of what the practice offers and of who works there, and how an answer to the question looks."""
    services = [service.name for service in practice.services if service.bookable]
    people = [person.name for person in practice.practitioners]
    example = _EXAMPLES.get(asked, "") if asked is not None else ""
    return f"{practice.name}. {', '.join((*services, *people))}. {example}".strip()


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
    return list(dict.fromkeys(sentence for text in spoken for sentence in aloud(text, language).sentences))
