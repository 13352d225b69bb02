"""What a turn leads to: effects carried out until the policy wants nothing more, the words phrased, stored and sent."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.dialogue.effects import Effect, Result
from frontdesk.dialogue.policy import settle
from frontdesk.dialogue.says import Say
from frontdesk.dialogue.state import State
from frontdesk.dialogue.step import Step
from frontdesk.domain.ids import MessageId
from frontdesk.domain.message import Author, ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.language.phrasing import Facts, Reply, phrase
from frontdesk.ports.channel import Text
from frontdesk.reception.effects import Effects
from frontdesk.storage import conversations, outbox
from frontdesk.storage.conversations import Conversation
from frontdesk.storage.database import Db
from frontdesk.storage.json_values import named

MOST_STEPS = 12
"""Effects and results go back and forth at most so often for one message; the policy needs four."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turned:
    """What one patient message led to."""

    state: State
    says: tuple[Say, ...]
    effects: list[dict[str, object]]


async def carry_out(step: Step, effects: Effects) -> Turned:
    """Effects and their results go to and fro until the policy wants nothing more done."""
    says = list(step.says)
    done: list[dict[str, object]] = []
    for _ in range(MOST_STEPS):
        if not step.effects:
            return Turned(state=step.state, says=tuple(says), effects=done)
        results: list[Result] = []
        for effect in step.effects:
            result = await effects.run(effect)
            results.append(result)
            done.append(_what_happened(effect, result))
        step = settle(step.state, results, now=effects.now)
        says += step.says
    raise RuntimeError("the policy asked for more effects than one message can need")


def phrased(
    practice: Practice, conversation: Conversation, says: tuple[Say, ...], *, language: str, now: datetime
) -> Reply:
    """The words, in the conversation's language and its channel's style."""
    facts = Facts(
        practice=practice,
        zone=practice.locations[0].zone,
        language=language,
        channel=conversation.channel,
        now=now,
    )
    return phrase(says, facts)


async def send(
    db: Db,
    practice: Practice,
    conversation: Conversation,
    reply: Reply,
    *,
    id: UUID,
    answers: MessageId | None,
    now: datetime,
) -> None:
    """Store the words; a text goes into the outbox, a web chat reads it from the store. The same id twice is one.

    `answers` None: the desk speaks unasked.
    """
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
    if stored is not None and conversation.channel is ChannelKind.SMS:
        text = Text(
            key=str(stored.id),
            sender=practice.locations[0].phone,
            to=conversation.address,
            body=reply.text,
            answers=str(answers) if answers else None,
        )
        await outbox.put_text(db, conversation.id, stored.id, text, now=now)


def _what_happened(effect: Effect, result: Result) -> dict[str, object]:
    return {
        "effect": _snake(type(effect).__name__),
        "asked": _without_name(named(effect)),
        "result": _snake(type(result).__name__),
        "got": _without_name(named(result)),
    }


def _without_name(plain: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in plain.items() if key != "is"}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
