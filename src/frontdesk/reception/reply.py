"""What a turn leads to: effects carried out until the policy wants nothing more, the words phrased, stored and sent."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid5

from frontdesk.dialogue.effects import Effect, Reason, Result
from frontdesk.dialogue.policy import settle
from frontdesk.dialogue.says import Say
from frontdesk.dialogue.state import State
from frontdesk.dialogue.step import Step
from frontdesk.domain.audit import Event, Happened
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import MessageId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.language.guard.checking import Unfounded, unfounded
from frontdesk.language.guard.ground import ground
from frontdesk.language.phrasing import Facts, Reply, instead, phrase
from frontdesk.ports.channel import Text
from frontdesk.reception.by_mail import goes_by_mail
from frontdesk.reception.handing_over import hand_over
from frontdesk.storage import conversations, outbox
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.json_values import named

MOST_STEPS = 12
"""Effects and results go back and forth at most so often for one message; the policy needs four."""


class Runs(Protocol):
    """Whatever runs effects: the desk, or what is stored of the time when it ran them."""

    @property
    def now(self) -> datetime:
        """The instant that the whole turn happens at."""
        ...

    async def run(self, effect: Effect) -> Result:
        """What came of it."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Turned:
    """What one patient message led to. `effects` tell the same as `happened`, for the record."""

    state: State
    says: tuple[Say, ...]
    happened: tuple[Result, ...] = ()
    effects: tuple[dict[str, object], ...] = ()


CHECK = "check_reply"
"""How the record of a message calls what the guard held back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worded:
    """What is said. `held` is what had no ground in the words first chosen (`meant`), where others are said instead."""

    reply: Reply
    held: tuple[Unfounded, ...] = ()
    meant: Reply | None = None

    @property
    def incident(self) -> list[dict[str, object]]:
        """The words that were held back and why, for the record; [] where none were."""
        if self.meant is None:
            return []
        found = [{"kind": one.kind.value, "words": one.words} for one in self.held]
        meant = {"text": self.meant.text, "buttons": list(self.meant.buttons)}
        return [{"effect": CHECK, "asked": meant, "result": "held_back", "got": {"unfounded": found}}]


async def carry_out(step: Step, effects: Runs) -> Turned:
    """Effects and their results go to and fro until the policy wants nothing more done."""
    says = list(step.says)
    done: list[dict[str, object]] = []
    happened: list[Result] = []
    for _ in range(MOST_STEPS):
        if not step.effects:
            return Turned(state=step.state, says=tuple(says), happened=tuple(happened), effects=tuple(done))
        results: list[Result] = []
        for effect in step.effects:
            result = await effects.run(effect)
            results.append(result)
            done.append(what_happened(effect, result))
        happened += results
        step = settle(step.state, results, now=effects.now)
        says += step.says
    raise RuntimeError("the policy asked for more effects than one message can need")


Disclosed = Callable[[Practice, ChannelKind, datetime], tuple[str, ...]]
"""What a greeting adds by law: keys of the catalogue, for a practice and a channel at an instant."""


def nothing_more(_practice: Practice, _channel: ChannelKind, _now: datetime) -> tuple[str, ...]:
    """A greeting that adds nothing: the practice is where no law wants more than the usual one."""
    return ()


def worded(
    practice: Practice,
    conversation: Conversation,
    turned: Turned,
    *,
    now: datetime,
    disclosed: Disclosed = nothing_more,
) -> Worded:
    """The words, in the conversation's language and its channel's style, read again for what the facts do not bear.

    Where they say more than the facts, others are chosen that say nothing of the matter.
    """
    language = turned.state.language
    facts = Facts(
        practice=practice,
        zone=practice.locations[0].zone,
        language=language,
        channel=conversation.channel,
        now=now,
        disclosed=disclosed(practice, conversation.channel, now),
        names=dict(turned.state.names),
    )
    reply = phrase(turned.says, facts)
    bears = ground(practice, turned.says, turned.happened, state=turned.state, language=language, now=now)
    held = unfounded(reply.text, bears, buttons=reply.buttons)
    if not held:
        return Worded(reply=reply)
    return Worded(reply=instead(turned.says, language), held=tuple(held), meant=reply)


def remembered(turned: Turned, words: Worded) -> State:
    """What is known from now on: what was held back has asked nothing, so that no yes can answer it."""
    if words.meant is None:
        return turned.state
    return replace(turned.state, asked=None, known=replace(turned.state.known, agreed=False))


async def send(
    db: Db,
    practice: Practice,
    conversation: Conversation,
    words: Worded,
    *,
    id: UUID,
    answers: MessageId | None,
    now: datetime,
    kind: ContactKind = ContactKind.REPLY,
) -> None:
    """Store the words; a text or mail goes into the outbox, a web chat reads it there. The same id twice is one.

    `answers` None: the desk speaks unasked, and `kind` says what for. Where words were held back, a person is told and
    the audit knows of what.
    """
    reply = words.reply
    stored = await conversations.add_message(
        db,
        conversation.id,
        id=MessageId(id),
        author=Author.ASSISTANT,
        text=reply.text,
        now=now,
        buttons=reply.buttons,
        answers=answers,
    )
    by_mail = stored is not None and await goes_by_mail(db, practice, conversation, stored, now=now)
    if stored is not None and not by_mail and conversation.channel is ChannelKind.SMS:
        text = Text(
            key=str(stored.id),
            sender=practice.locations[0].phone,
            to=conversation.address,
            body=reply.text,
            answers=str(answers) if answers else None,
            kind=kind,
        )
        await outbox.put_text(db, conversation.id, stored.id, text, now=now)
    await tell_of_held(db, conversation, words, id=id, now=now)


async def tell_of_held(db: Db, conversation: Conversation, words: Worded, *, id: UUID, now: datetime) -> None:
    """Where words were held back, a person is told, and the audit knows of what."""
    if words.meant is None:
        return
    kinds = tuple(sorted({one.kind.value for one in words.held}))
    db.record(
        Event(
            what=Happened.REPLY_HELD_BACK,
            subjects=frozenset({conversation.id}),
            ids={"message": id},
            codes={"unfounded": kinds},
        )
    )
    await hand_over(db, conversation, Reason.HELD_BACK, id=uuid5(id, "held back"), now=now, urgent=True)


def what_happened(effect: Effect, result: Result | None) -> dict[str, object]:
    """An effect and its result for the record, by their names; without a result only what was asked for."""
    asked: dict[str, object] = {"effect": _snake(type(effect).__name__), "asked": _without_name(named(effect))}
    if result is None:
        return asked
    return {**asked, "result": _snake(type(result).__name__), "got": _without_name(named(result))}


def result_named(happened: Mapping[str, object]) -> dict[str, object]:
    """The result in the record as `named` had written it."""
    got = happened["got"]
    assert isinstance(got, dict)
    return {"is": "".join(word.capitalize() for word in str(happened["result"]).split("_")), **got}


def _without_name(plain: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in plain.items() if key != "is"}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
