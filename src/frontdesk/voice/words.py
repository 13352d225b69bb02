"""What may be said in a call: the practice's own words, for the model that hears to think of. Pure."""

from frontdesk.dialogue.state import Ask
from frontdesk.domain.practice import Practice

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
