"""Words in, acts out, by rules: offline, in milliseconds, the same words in the same context giving the same acts."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from frontdesk.dialogue.acts import Heard, Unclear
from frontdesk.dialogue.state import Ask
from frontdesk.language.as_it_sounds import as_it_sounds
from frontdesk.language.by_ear import answer_to_read_back, by_key_in_our_call, person_by_key, still_on_the_line
from frontdesk.language.context import Context
from frontdesk.language.hearing.agreeing import a_yes_and_a_question, only_a_plain_yes, only_they_say_yes
from frontdesk.language.hearing.contact import hear_cards, hear_contact, hear_payers, hear_proof
from frontdesk.language.hearing.danger import (
    hear_all_clear,
    hear_danger,
    hear_health,
    hear_history,
    hear_whether_it_suits,
    hear_whether_somebody_looks,
)
from frontdesk.language.hearing.intents import (
    hear_beyond,
    hear_intents,
    hear_when_answered,
    no_by_itself,
    no_visit_is_wanted,
    no_yes_in_passing,
    nothing_wanted_in_parting,
    praise_wants_nothing,
    wait_is_no_refusal,
    what_stands_is_not_wanted_again,
    what_was_done_wants_no_time,
    what_was_on_a_day_wants_none,
)
from frontdesk.language.hearing.left_over import (
    hear_age_asked,
    hear_questions_left,
    no_refusal_by_a_question,
    nobody_unable_is_wished_for,
)
from frontdesk.language.hearing.listening import LIKELY, Listening
from frontdesk.language.hearing.names import child_comes_along, hear_full_name, hear_minors, hear_name
from frontdesk.language.hearing.questions import (
    hear_questions,
    hear_who_somebody_is,
    no_other_service,
    nobody_else_comes,
)
from frontdesk.language.hearing.services import cancelled_too, hear_course, hear_services, wanted_beside_a_question
from frontdesk.language.hearing.times import day_that_is_told, hear_time
from frontdesk.language.hearing.together import hear_hour_it_has, hear_who_comes
from frontdesk.language.hearing.visits import hear_each_visit, hear_shift, hear_when_theirs_is
from frontdesk.language.known_words import known_words
from frontdesk.language.languages import language_of
from frontdesk.language.names import ASKED_FOR_NAME
from frontdesk.language.script import Script, script
from frontdesk.language.services import service_words
from frontdesk.language.spoken import weighed_against_all
from frontdesk.language.vocabulary import vocabulary, words

_Hear = Callable[[Listening], None]

_FIRST: tuple[_Hear, ...] = (
    hear_danger,
    hear_all_clear,
    hear_cards,
    hear_proof,
    hear_contact,
    hear_who_comes,
    hear_full_name,
    hear_course,
    hear_payers,
    day_that_is_told,
    hear_shift,
    hear_when_answered,
    hear_intents,
    hear_minors,
    child_comes_along,
    hear_services,
    hear_each_visit,
    hear_when_theirs_is,
    hear_who_somebody_is,
    hear_questions,
)
_LAST: tuple[_Hear, ...] = (
    hear_hour_it_has,
    cancelled_too,
    wanted_beside_a_question,
    hear_beyond,
    hear_health,
    hear_whether_somebody_looks,
    hear_history,
    hear_whether_it_suits,
    nobody_else_comes,
    no_other_service,
    hear_age_asked,
    no_visit_is_wanted,
    hear_questions_left,
    what_was_done_wants_no_time,
    what_was_on_a_day_wants_none,
    what_stands_is_not_wanted_again,
    nobody_unable_is_wished_for,
    no_refusal_by_a_question,
    praise_wants_nothing,
    nothing_wanted_in_parting,
    wait_is_no_refusal,
    no_yes_in_passing,
    no_by_itself,
    a_yes_and_a_question,
    only_a_plain_yes,
    only_they_say_yes,
)


def understand(text: str, context: Context) -> list[Heard]:
    """Everything a message does, in the order of its words; one Unclear when it does nothing known.

    Spans count the characters of `text`. Times are wishes in the future, on the wall clock of
    `context.zone`; nothing here reads a clock.
    """
    if by_key := person_by_key(text, context) or by_key_in_our_call(text, context):
        return by_key
    read = _script(text, context)
    heard = weighed_against_all(_acts(read, context), text, context)
    heard = answer_to_read_back(heard, text, context)
    heard = still_on_the_line(heard, text, context)
    heard = as_it_sounds(heard, text, context, lambda other: _acts(_script(other, context), context))
    return heard or [Heard(act=Unclear(), span=(0, len(text)), confidence=LIKELY)]


def _script(text: str, context: Context) -> Script:
    if context.asked in ASKED_FOR_NAME:
        return script(text)
    services = service_words(context.practice)
    language = language_of(text, context.language)
    return script(text, mend=_mendable(services, language), keep=_known_words(services))


@lru_cache(maxsize=64)
def _mendable(services: frozenset[str], language: str) -> tuple[str, ...]:
    """What slips are mended to: the language's own words of weight, and the practice's services."""
    own = {word for line in vocabulary(language)["mend"] for word in line.split()}
    return tuple(sorted(own | services))


@lru_cache(maxsize=64)
def _known_words(services: frozenset[str]) -> frozenset[str]:
    return (words("keep") | words("not_names") | words("given_names") | words("small_words") | known_words()) - services


def _acts(read: Script, context: Context) -> list[Heard]:
    """The acts in the order of their words."""
    listening = Listening(read, context)
    for hear in _order(context.asked):
        hear(listening)
    return _once(sorted(listening.heard, key=lambda one: one.span))


def _order(asked: Ask | None) -> tuple[_Hear, ...]:
    """Each kind of meaning takes its words, the next reads the rest: what could be mistaken for more comes first."""
    if asked in ASKED_FOR_NAME:  # "April Summers" answers the question, it is no month
        return (*_FIRST, hear_name, hear_time, *_LAST)
    return (*_FIRST, hear_time, hear_name, *_LAST)


def _once(heard: Sequence[Heard]) -> list[Heard]:
    """The same acts without repeats: "perfect, book it" says yes once."""
    kept: list[Heard] = []
    for one in heard:
        if not any(one.act == other.act for other in kept):
            kept.append(one)
    return kept
