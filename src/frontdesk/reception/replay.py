"""Stored conversations gone through once more with the code at hand: what it would hear, do and say otherwise."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast
from uuid import uuid5

from frontdesk.dialogue.acts import Act, Heard
from frontdesk.dialogue.effects import Effect, Reason, Result
from frontdesk.dialogue.state import Mode
from frontdesk.domain.ids import ConversationId, MessageId
from frontdesk.domain.message import Author, Message
from frontdesk.domain.practice import Practice
from frontdesk.language.act_json import act_as_json
from frontdesk.language.context import Context
from frontdesk.reception.consenting import MeansByRule, means_nothing, with_consent
from frontdesk.reception.desk import Floor, context_of, first_step, spoken_to
from frontdesk.reception.reply import (
    CHECK,
    Disclosed,
    Worded,
    carry_out,
    nothing_more,
    result_named,
    what_happened,
    worded,
)
from frontdesk.storage.conversations import Conversation, Why
from frontdesk.storage.decisions import Decided
from frontdesk.storage.json_values import from_plain

Rules = Callable[[str, Context], list[Heard]]
NOT_OF_THE_POLICY = frozenset({CHECK, "ask_model"})
"""What the record of a message names beside the policy's effects."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing that is not as it was: `of` is "acts", "effect" or "reply"."""

    conversation: ConversationId
    message: MessageId
    of: str
    was: object
    now: object


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """What came of a conversation: `messages` were gone through, `passed_over` were kept by a version before this."""

    messages: int
    passed_over: int
    changes: tuple[Change, ...]


async def replay(
    practice: Practice,
    conversation: Conversation,
    decided: Sequence[Decided],
    *,
    rules: Rules,
    disclosed: Disclosed = nothing_more,
    meant: MeansByRule = means_nothing,
) -> Replayed:
    """Go through a conversation, each message from what was known then; nothing is done and nothing is stored.

    The rules are asked anew; what a model heard is taken as it heard it. The practice is as it stands now.
    """
    answered = [one for one in decided if one.why is not None]
    changes: list[Change] = []
    for one in answered:
        if one.why is not None and one.why.before is not None and one.why.at is not None:
            at = one.why.at
            changes += await _again(
                practice, conversation, one, one.why, now=at, rules=rules, disclosed=disclosed, meant=meant
            )
    passed_over = sum(one.why is None or one.why.before is None for one in answered)
    return Replayed(messages=len(answered) - passed_over, passed_over=passed_over, changes=tuple(changes))


class _Departed(Exception):
    """Another effect is wanted than was wanted then: what would come of it cannot be known."""


@dataclass(kw_only=True, slots=True)
class _Then:
    """Runs effects by what came of them then, as long as they are the same."""

    now: datetime
    left: list[dict[str, object]]
    departed: tuple[object, object] | None = field(default=None)

    async def run(self, effect: Effect) -> Result:
        """What came of it then. Raises: _Departed."""
        wanted = _asked(what_happened(effect, None))
        was = self.left.pop(0) if self.left else None
        if was is None or _asked(was) != wanted:
            self.departed = (_asked(was) if was else None, wanted)
            raise _Departed
        return from_plain(result_named(was), cast("type[Result]", Result))


async def _again(
    practice: Practice,
    conversation: Conversation,
    decided: Decided,
    why: Why,
    *,
    now: datetime,
    rules: Rules,
    disclosed: Disclosed,
    meant: MeansByRule,
) -> list[Change]:
    message = decided.message
    assert why.before is not None
    state = spoken_to(why.before, message.text)
    conversation = replace(conversation, state=state)
    changes: list[Change] = []

    def differs(of: str, was: object, now: object) -> None:
        if _plain(was) != _plain(now):
            changes.append(Change(conversation=conversation.id, message=message.id, of=of, was=was, now=now))

    heard = [Heard(act=act) for act in _stored_acts(why)]
    if why.by != "model":
        context = context_of(practice, state, now=now)
        said = meant(message.text, practice, conversation.channel, now)
        heard = with_consent(rules(message.text, context), said, context)
        differs("acts", why.acts, [act_as_json(one) for one in heard])
    then = _Then(now=now, left=[one for one in why.effects if one["effect"] not in NOT_OF_THE_POLICY])
    try:
        step = first_step(practice, conversation, heard, now=now, floor=_floor(why))
        turned = await carry_out(step, then)
    except _Departed:
        assert then.departed is not None
        differs("effect", *then.departed)
        return changes
    for undone in then.left:
        differs("effect", _asked(undone), None)
    try:
        speaks = bool(turned.says)
        words = worded(practice, conversation, turned, now=now, disclosed=disclosed) if speaks else None
    except KeyError as missing:  # what was spoken of is not the practice's any more
        differs("reply", _said(message, decided.replies), {"practice_lacks": str(missing.args[0])})
        return changes
    differs("reply", _said(message, decided.replies), _would_say(words))
    return changes


def _stored_acts(why: Why) -> list[Act]:
    return [from_plain(one, cast("type[Act]", Act)) for one in why.heard]


def _said(message: Message, replies: Iterable[Message]) -> dict[str, object] | None:
    """The assistant's own reply; what came later to the same message is news, and a person's words are theirs."""
    id = uuid5(message.id, "reply")
    reply = next((one for one in replies if one.id == id and one.author is Author.ASSISTANT), None)
    return {"text": reply.text, "buttons": list(reply.buttons)} if reply is not None else None


def _would_say(words: Worded | None) -> dict[str, object] | None:
    return {"text": words.reply.text, "buttons": list(words.reply.buttons)} if words is not None else None


def _floor(why: Why) -> Floor:
    """Who had the word then: nothing of the practice as it stands says so."""
    if any(one.get("asked") == {"reason": Reason.PAUSED, "urgent": False} for one in why.effects):
        return Floor.PAUSED
    held = why.before is not None and why.before.mode is Mode.PERSON
    return Floor.ANSWERED if held and not why.effects else Floor.OPEN


def _asked(done: Mapping[str, object]) -> dict[str, object]:
    return {"effect": done["effect"], "asked": _plain(done["asked"])}


def _plain(value: object) -> object:
    """As it comes back from JSON: a tuple and a list are the same."""
    plain: object = json.loads(json.dumps(value))
    return plain
