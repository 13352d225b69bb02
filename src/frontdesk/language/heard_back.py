"""How a detail that was heard is read back, and asked for in another way: letter by letter where letters count."""

from collections.abc import Iterator, Mapping
from typing import assert_never

from frontdesk.dialogue.acts import ConfirmBy
from frontdesk.dialogue.says import AskAnotherWay, AskLinkWanted, ReadBackHeard, SayTypingLink
from frontdesk.dialogue.state import Part
from frontdesk.language.catalogue import Catalogue
from frontdesk.language.details.phones import as_spoken

_AGAIN: Mapping[tuple[Part, ConfirmBy], str] = {
    (Part.NAME, ConfirmBy.SPELL): "heard_spell_name",
    (Part.EMAIL, ConfirmBy.SPELL): "heard_spell_email",
    (Part.NAME, ConfirmBy.KEYPAD): "heard_name_keys",
    (Part.EMAIL, ConfirmBy.KEYPAD): "heard_email_keys",
    (Part.PHONE, ConfirmBy.READ_BACK): "heard_phone_again",
    (Part.PHONE, ConfirmBy.KEYPAD): "heard_phone_keys",
    (Part.BIRTH_DATE, ConfirmBy.READ_BACK): "heard_birth_date_again",
    (Part.BIRTH_DATE, ConfirmBy.KEYPAD): "heard_birth_date_keys",
}
_PLAIN: Mapping[Part, str] = {
    Part.NAME: "ask_name",
    Part.EMAIL: "ask_email",
    Part.PHONE: "heard_phone_again",
    Part.BIRTH_DATE: "heard_birth_date_again",
}
_LINKS: Mapping[Part, str] = {
    Part.NAME: "heard_link_name",
    Part.EMAIL: "heard_link_email",
    Part.PHONE: "heard_link_phone",
    Part.BIRTH_DATE: "heard_link_birth_date",
}


_IN_CHAT: Mapping[tuple[Part, ConfirmBy], str] = {
    (Part.NAME, ConfirmBy.KEYPAD): "talk_name_typed",
    (Part.EMAIL, ConfirmBy.KEYPAD): "talk_email_typed",
    (Part.PHONE, ConfirmBy.KEYPAD): "talk_phone_typed",
    (Part.BIRTH_DATE, ConfirmBy.KEYPAD): "talk_birth_date_typed",
    (Part.PHONE, ConfirmBy.READ_BACK): "talk_phone_again",
    (Part.BIRTH_DATE, ConfirmBy.READ_BACK): "talk_birth_date_again",
}
"""A chat that is talked in has no keys of a telephone, and a line to write in."""


def read_back_in_chat(say: ReadBackHeard, told: Catalogue) -> str:
    """The same as `read_back`, where one may write as well."""
    detail = _detail(say, told)
    if not say.again:
        return f"{detail} {told.say('heard_is_it_right')}"
    return f"{told.say('not_understood')} {detail} {told.say('talk_is_it_right_again')}"


def ask_another_way_in_chat(say: AskAnotherWay, told: Catalogue) -> str:
    """The same as `ask_another_way`, where one may write as well."""
    key = _IN_CHAT.get((say.part, say.by))
    return told.say(key) if key is not None else ask_another_way(say, told)


def read_back(say: ReadBackHeard, told: Catalogue) -> str:
    """ "I have Maria Lopez: M, A, R, I, A. L, O, P, E, Z. Is that right?"."""
    detail = _detail(say, told)
    right = told.say("heard_is_it_right_keys" if say.again else "heard_is_it_right")
    return f"{told.say('not_understood')} {detail} {right}" if say.again else f"{detail} {right}"


def _detail(say: ReadBackHeard, told: Catalogue) -> str:
    match say.part:
        case Part.NAME:
            name = f"{say.given} {say.family}"
            return told.say("heard_name", name=name, given=letters_of(say.given), family=letters_of(say.family))
        case Part.PHONE:
            return told.say("heard_phone", phone=as_spoken(say.phone))
        case Part.EMAIL:
            return told.say("heard_email", email=say.email, spelled=signs_of(say.email, told))
        case Part.BIRTH_DATE:
            assert say.born is not None  # it is what is read back
            month = told.lists["months"][say.born.month - 1]
            return told.say("heard_birth_date", month=month, day=str(say.born.day), year=str(say.born.year))
        case other:
            assert_never(other)


def ask_another_way(say: AskAnotherWay, told: Catalogue) -> str:
    """The question for a detail once more, with how to give it now."""
    return told.say(_AGAIN.get((say.part, say.by), _PLAIN[say.part]))


def ask_link_wanted(say: AskLinkWanted, told: Catalogue) -> str:
    """Whether a link is to be texted."""
    return told.say(_LINKS[say.part])


def typing_link(say: SayTypingLink, told: Catalogue) -> str:
    """Where to type it in."""
    return told.say("heard_link", link=say.link)


def spelled_back(say: ReadBackHeard, told: Catalogue) -> list[str]:
    """What of a detail is said letter by letter."""
    return [one for one in (letters_of(say.given), letters_of(say.family), signs_of(say.email, told)) if one]


def letters_of(name: str) -> str:
    """ "O, N, E, I, L" of "O'Neil"; of several words one after the other."""
    return ", ".join(letter.upper() for letter in name if letter.isalpha())


def signs_of(email: str, told: Catalogue) -> str:
    """The box of an address letter by letter, its signs by name."""
    return ", ".join(_signs(email.partition("@")[0], told))


def _signs(box: str, told: Catalogue) -> Iterator[str]:
    named = {".": "aloud_dot", "_": "heard_underscore", "-": "heard_dash", "+": "heard_plus"}
    for sign in box:
        yield told.say(named[sign]).strip() if sign in named else sign.upper()
