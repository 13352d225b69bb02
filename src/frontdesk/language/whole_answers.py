"""Whether words are all that a question asks for, so that nobody need wait for more of them."""

from collections.abc import Mapping
from datetime import datetime

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    Deny,
    FirstVisit,
    GiveName,
    GivePhone,
    Greet,
    NoEmail,
    SamePhone,
    Thanks,
)
from frontdesk.dialogue.state import Ask, Doubt
from frontdesk.domain.practice import Practice
from frontdesk.language.context import Context
from frontdesk.language.understanding import understand

_ENOUGH: Mapping[Ask, tuple[tuple[type[Act], ...], ...]] = {
    Ask.FIRST_VISIT: ((FirstVisit,),),
    Ask.AGREED: ((Affirm,),),
    Ask.CANCEL_AGREED: ((Affirm,),),
    Ask.MOVE_AGREED: ((Affirm,),),
    Ask.DETAIL_RIGHT: ((Affirm,),),
    Ask.WHETHER_TO_BOOK: ((Deny,),),
    Ask.LINK_WANTED: ((Affirm,), (Deny,)),
    Ask.EMAIL: ((NoEmail,),),
    Ask.NAME_AND_PHONE: ((GiveName, SamePhone), (GiveName, GivePhone)),
}
"""What answers a question, one of these in whole. A no is often followed by what is wanted instead, and a spelled name
or a number by its rest: they are in none of them."""


_BESIDE = (Affirm, Thanks, Greet)
"""What may stand beside an answer and adds nothing to it."""


def is_whole_answer(
    text: str, practice: Practice, asked: Ask | None, *, language: str, doubt: Doubt | None, now: datetime
) -> bool:
    """Whether the words answer the question and do nothing else."""
    enough = _ENOUGH.get(asked) if asked is not None else None
    if enough is None or not text:
        return False
    context = Context(
        now=now, zone=practice.locations[0].zone, practice=practice, language=language, asked=asked, doubt=doubt
    )
    acts = [one.act for one in understand(text, context)]
    if any(isinstance(act, GiveName) and not act.family for act in acts):
        return False
    kinds = {type(act) for act in acts}
    return any(set(one) <= kinds and kinds <= {*one, *_BESIDE} for one in enough)
