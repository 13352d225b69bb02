"""Details that are heard, not read: each is read back before it counts, and what was wrong is taken another way.

No detail is asked for in the same way for ever: after two tries it is spelled, keyed in or typed in, and at last a
person is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from frontdesk.dialogue.acts import (
    Act,
    Affirm,
    ConfirmBy,
    Deny,
    GiveBirthDate,
    GiveEmail,
    GiveName,
    GivePhone,
    NoEmail,
    SamePhone,
    Unclear,
)
from frontdesk.dialogue.effects import OpenTyping, Reason, TellStaff
from frontdesk.dialogue.learn import JOBS, learn
from frontdesk.dialogue.says import (
    AskAnotherWay,
    AskLinkWanted,
    ReadBackHeard,
    SayNotUnderstood,
    SayPersonComes,
)
from frontdesk.dialogue.state import Ask, Doubt, Known, Part, State
from frontdesk.dialogue.step import Step

GIVES: Mapping[Part, type[Act]] = {
    Part.NAME: GiveName,
    Part.PHONE: GivePhone,
    Part.EMAIL: GiveEmail,
    Part.BIRTH_DATE: GiveBirthDate,
}
ASKS: Mapping[Part, Ask] = {
    Part.NAME: Ask.NAME,
    Part.PHONE: Ask.PHONE,
    Part.EMAIL: Ask.EMAIL,
    Part.BIRTH_DATE: Ask.BIRTH_DATE,
}
_ASKED: Mapping[Ask, Part] = {ask: part for part, ask in ASKS.items()} | {Ask.NAME_AND_PHONE: Part.NAME}
_WAYS: Mapping[Part, tuple[ConfirmBy, ...]] = {
    Part.NAME: (ConfirmBy.SPELL, ConfirmBy.KEYPAD, ConfirmBy.TEXT_LINK, ConfirmBy.KEYPAD),
    Part.PHONE: (ConfirmBy.READ_BACK, ConfirmBy.KEYPAD, ConfirmBy.KEYPAD),
    Part.EMAIL: (ConfirmBy.SPELL, ConfirmBy.TEXT_LINK, ConfirmBy.KEYPAD, ConfirmBy.SPELL),
    Part.BIRTH_DATE: (ConfirmBy.READ_BACK, ConfirmBy.KEYPAD, ConfirmBy.KEYPAD),
}
"""How a detail is taken after so many tries that came to nothing; after the last a person is told.

Keys give figures without an error, and of letters one of three or four, which with what was heard is mostly enough;
letters are surest typed in.
"""
OF_A_DETAIL = frozenset({Ask.DETAIL_RIGHT, Ask.LINK_WANTED})
"""Questions about the detail that is in doubt."""
_LEAVES_SPEECH = frozenset({ConfirmBy.KEYPAD, ConfirmBy.TEXT_LINK})
MOST_TRIES = 12
"""So many are kept to be weighed with the next one."""


def value_of(known: Known, part: Part) -> str | None:
    """What is known of a detail, in one line; None where it is not known, or not whole."""
    match part:
        case Part.NAME:
            return f"{known.given} {known.family}" if known.given and known.family else None
        case Part.PHONE:
            return known.phone
        case Part.EMAIL:
            return known.email
        case Part.BIRTH_DATE:
            return known.birth_date.isoformat() if known.birth_date else None


def doubted(before: State, after: State, heard: Sequence[Act]) -> State:
    """The conversation after what was heard, with a doubt about each detail in it that nobody has confirmed.

    The number they call from needs no such question. What proves who somebody is, is looked up as it was heard.
    """
    if not after.by_ear or after.flow in JOBS.values():
        return after
    doubts = list(after.doubts)
    for part, kind in GIVES.items():
        value = value_of(after.known, part)
        known_already = value == value_of(before.known, part) or (part is Part.PHONE and value == after.address)
        standing = any(doubt.part is part for doubt in doubts)
        if any(isinstance(act, kind) for act in heard) and value is not None and not known_already and not standing:
            doubts.append(Doubt(part=part))
    settled = {part for part in GIVES if part is Part.PHONE and after.known.phone == after.address and after.address}
    return replace(after, doubts=tuple(doubt for doubt in doubts if doubt.part not in settled))


def making_sure(state: State) -> Step | None:
    """The question that makes sure of the first detail in doubt; None where there is none."""
    if not state.doubts:
        return None
    doubt = state.doubts[0]
    if value_of(state.known, doubt.part) is not None:
        return Step(state=replace(state, asked=Ask.DETAIL_RIGHT), says=(_read_back(state.known, doubt.part),))
    if doubt.by is ConfirmBy.TEXT_LINK:
        return Step(state=replace(state, asked=Ask.LINK_WANTED), says=(AskLinkWanted(part=doubt.part),))
    asking = AskAnotherWay(part=doubt.part, by=doubt.by)
    return Step(state=replace(state, asked=ASKS[doubt.part]), says=(asking,))


def heard_out(state: State, heard: Sequence[Act]) -> State | Step:
    """What an answer about a detail leads to: the conversation to go on with, or what is said at once."""
    part = part_asked(state)
    if not state.by_ear or part is None:
        return state
    doubt = next((one for one in state.doubts if one.part is part), Doubt(part=part))
    if any(isinstance(act, NoEmail) for act in heard) and part is Part.EMAIL:
        return _without(state, part)
    if any(isinstance(act, SamePhone) for act in heard) and part is Part.PHONE:
        return _without(state, part)
    given = next((act for act in heard if isinstance(act, GIVES[part])), None)
    match state.asked:
        case Ask.DETAIL_RIGHT:
            return _answered(state, doubt, given, heard)
        case Ask.LINK_WANTED if given is None:
            return _link_answered(state, doubt, heard)
        case _ if given is not None and state.doubts:  # given in another way: it is read back
            return _with(state, replace(doubt, by=ConfirmBy.READ_BACK))
        case _ if all(isinstance(act, Unclear | Deny) for act in heard):
            return _another_way(state, doubt, not_heard=True)
        case _:
            return state


def part_asked(state: State) -> Part | None:
    """The detail that was asked for, or asked about."""
    if state.asked in OF_A_DETAIL:
        return state.doubts[0].part if state.doubts else None
    return detail_of(state.asked)


def detail_of(asked: Ask | None) -> Part | None:
    """The detail that a question asks for."""
    return _ASKED.get(asked) if asked is not None else None


def typed_in(state: State) -> State:
    """The conversation to read what was typed in by: it was written, so that nothing of it is in doubt."""
    if not state.doubts:
        return state
    part = state.doubts[0].part
    return replace(_without(_forgotten(state, part), part), asked=ASKS[part], by_ear=False)


def said(state: State) -> State:
    """The conversation to read what was said in a chat by."""
    return replace(state, by_ear=True)


def written(state: State) -> State:
    """The conversation to read what was written in a chat by that is talked in too.

    A detail that is written needs no making sure of; a yes to one that was heard is taken as if it were said.
    """
    if state.asked in OF_A_DETAIL:
        return replace(state, by_ear=True)
    if state.doubts and state.doubts[0].part is part_asked(state):
        return typed_in(state)
    return replace(state, by_ear=False)


def awaits_typing(asked: Ask | None, doubts: Sequence[Doubt]) -> bool:
    """Whether a link was texted, and nothing has been typed in behind it yet."""
    return bool(doubts) and doubts[0].by is ConfirmBy.TEXT_LINK and asked is ASKS[doubts[0].part]


def with_try(state: State, said: tuple[str, ...]) -> State:
    """The conversation that remembers what was heard of the detail in hand, to weigh it with the next try."""
    if not state.doubts or not any(said):
        return state
    first, *others = state.doubts
    kept = replace(first, heard=(*first.heard, said)[-MOST_TRIES:])
    return replace(state, doubts=(kept, *others))


def _answered(state: State, doubt: Doubt, given: Act | None, heard: Sequence[Act]) -> State | Step:
    """What was read back is right, is put right, or is wrong."""
    before = value_of(state.known, doubt.part)
    if given is not None:
        corrected = value_of(learn(state, [given]).known, doubt.part)
        if corrected != before:
            return _corrected(state, doubt, given, refused=before or "")
    denied = any(isinstance(act, Deny) for act in heard)
    if denied:
        return _another_way(_forgotten(state, doubt.part), _refused(doubt, before or ""))
    if given is not None or any(isinstance(act, Affirm) for act in heard):
        return _without(state, doubt.part)
    if not all(isinstance(act, Unclear) for act in heard):
        return state
    again = _read_back(state.known, doubt.part, again=True)
    if state.missed == 0:
        return Step(state=replace(state, missed=1), says=(again,))
    return _another_way(_forgotten(replace(state, missed=0), doubt.part), doubt)


def _corrected(state: State, doubt: Doubt, given: Act, *, refused: str) -> State | Step:
    """The part that was wrong is put right, and read back; where that was tried already, another way is taken."""
    wrong = _refused(doubt, refused)
    way = _way(state, wrong.part, wrong.failed + 1)
    if way in _LEAVES_SPEECH or way is None:
        return _another_way(_forgotten(state, doubt.part), wrong)
    return _with(learn(state, [given]), replace(wrong, failed=wrong.failed + 1, by=ConfirmBy.READ_BACK))


def _link_answered(state: State, doubt: Doubt, heard: Sequence[Act]) -> State | Step:
    if any(isinstance(act, Affirm) for act in heard):
        return Step(state=replace(state, asked=ASKS[doubt.part]), effects=(OpenTyping(part=doubt.part),))
    if any(isinstance(act, Deny) for act in heard) or state.missed:
        return _another_way(replace(state, missed=0), doubt)
    if not all(isinstance(act, Unclear) for act in heard):
        return state
    return Step(state=replace(state, missed=1), says=(AskLinkWanted(part=doubt.part),))


def _another_way(state: State, doubt: Doubt, *, not_heard: bool = False) -> Step:
    """The detail once more, in the next way; after the last a person is told."""
    way = _way(state, doubt.part, doubt.failed + 1)
    if way is None:
        return Step(
            state=_without(replace(state, asked=ASKS[doubt.part]), doubt.part),
            effects=(TellStaff(reason=Reason.NOT_UNDERSTOOD),),
            says=(SayPersonComes(reason=Reason.NOT_UNDERSTOOD),),
        )
    asking = making_sure(_with(state, replace(doubt, failed=doubt.failed + 1, by=way)))
    assert asking is not None  # the doubt is there
    return asking.saying_first(SayNotUnderstood()) if not_heard else asking


def _way(state: State, part: Part, failed: int) -> ConfirmBy | None:
    ways = _WAYS[part]
    if failed > len(ways):
        return None
    way = ways[failed - 1]
    return ConfirmBy.KEYPAD if way is ConfirmBy.TEXT_LINK and state.address is None else way


def _refused(doubt: Doubt, value: str) -> Doubt:
    return replace(doubt, refused=tuple(dict.fromkeys((*doubt.refused, value))))


def _with(state: State, doubt: Doubt) -> State:
    others = tuple(one for one in state.doubts if one.part is not doubt.part)
    return replace(state, doubts=(doubt, *others))


def _without(state: State, part: Part) -> State:
    return replace(state, missed=0, doubts=tuple(one for one in state.doubts if one.part is not part))


def _forgotten(state: State, part: Part) -> State:
    known = state.known
    match part:
        case Part.NAME:
            known = replace(known, given=None, family=None)
        case Part.PHONE:
            known = replace(known, phone=None)
        case Part.EMAIL:
            known = replace(known, email=None)
        case Part.BIRTH_DATE:
            known = replace(known, birth_date=None)
    return replace(state, known=known)


def _read_back(known: Known, part: Part, *, again: bool = False) -> ReadBackHeard:
    match part:
        case Part.NAME:
            return ReadBackHeard(part=part, given=known.given or "", family=known.family or "", again=again)
        case Part.PHONE:
            return ReadBackHeard(part=part, phone=known.phone or "", again=again)
        case Part.EMAIL:
            return ReadBackHeard(part=part, email=known.email or "", again=again)
        case Part.BIRTH_DATE:
            return ReadBackHeard(part=part, born=known.birth_date, again=again)
