"""One message, start to end: stored once, understood, decided, done, phrased, and put on its way."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from uuid import uuid5
from zoneinfo import ZoneInfo

from frontdesk.compliance.rule import Meaning
from frontdesk.dialogue.acts import Act, Emergency, Heard, OptIn, OptOut
from frontdesk.dialogue.by_ear import part_asked, said, typed_in, with_try, written
from frontdesk.dialogue.certainty import made_sure
from frontdesk.dialogue.coverage import answers_when, assistant_speaks, people_first_until
from frontdesk.dialogue.effects import Reason, TellStaff
from frontdesk.dialogue.policy import decide
from frontdesk.dialogue.putting_through import put_through
from frontdesk.dialogue.state import Mode, Part, State
from frontdesk.dialogue.step import Step
from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.domain.consent import Consent, Use
from frontdesk.domain.ids import ConversationId, MessageId, PracticeId
from frontdesk.domain.message import Author, ChannelKind, Message
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import AnswersWhen, Practice
from frontdesk.domain.time import wall
from frontdesk.language.act_json import act_as_json
from frontdesk.language.cards import without_cards
from frontdesk.language.context import Context
from frontdesk.language.languages import language_of
from frontdesk.language.model.engine import Understood
from frontdesk.ports.clock import Clock, NewId
from frontdesk.ports.system import System
from frontdesk.reception.called_out import note_of_call
from frontdesk.reception.consenting import MeansByRule, end_use, in_doubt, means_nothing, with_consent
from frontdesk.reception.drafting import UNSENT, Draft, drafted, no_longer_left
from frontdesk.reception.effects import Effects
from frontdesk.reception.handing_over import hand_over
from frontdesk.reception.late import is_for_people
from frontdesk.reception.letterbox import Letterbox
from frontdesk.reception.offering import note_answer
from frontdesk.reception.reply import Disclosed, Turned, Worded, carry_out, nothing_more, remembered, send, worded
from frontdesk.reception.saga import Overtaken
from frontdesk.storage import conversations
from frontdesk.storage.arrivals import Arrival, Received
from frontdesk.storage.consents import latest_at
from frontdesk.storage.conversations import Conversation, Waiting, Why
from frontdesk.storage.database import Db, Storage, Turn
from frontdesk.storage.json_values import all_named
from frontdesk.storage.patients import patients_of_phone
from frontdesk.storage.practices import Practices

Understand = Callable[[str, Context], Awaitable[Understood]]
"""Words in, acts out: by rules, or by rules and a model."""

ASSISTANT = Actor(kind=ActorKind.ASSISTANT, id="assistant")


GOES_ON_FOR = timedelta(hours=1)
"""A conversation that the assistant spoke in so lately is its own: people are not asked to answer first again."""

_MOST_OF_A_NUMBER = 4
"""Patients who share a number: a family's."""


class Floor(Enum):
    """Who has the word when a message is taken up."""

    OPEN = "open"
    PAUSED = "paused"
    ANSWERED = "a person has written since"


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """A message that is people's until then, and why."""

    until: datetime
    reason: str


class Reception:
    """Takes messages in, in order, one at a time per conversation, and answers them."""

    def __init__(
        self,
        storage: Storage,
        practices: Practices,
        clock: Clock,
        new_id: NewId,
        system_of: Callable[[PracticeId], System],
        *,
        understand: Understand,
        public_url: str,
        born_needed: Callable[[PracticeId], bool] = lambda _: False,
        disclosed: Disclosed = nothing_more,
        meant: MeansByRule = means_nothing,
    ) -> None:
        """`born_needed`: whether the practice's system opens no file without a birth date.

        `disclosed`: what a greeting adds by law. `meant`: what a message means for consent by the rules.
        """
        self._storage = storage
        self._letterbox = Letterbox(storage)
        self._practices = practices
        self._clock = clock
        self._new_id = new_id
        self._system_of = system_of
        self._understand = understand
        self._public_url = public_url
        self._born_needed = born_needed
        self._disclosed = disclosed
        self._meant = meant

    async def receive(
        self,
        practice: PracticeId,
        channel: ChannelKind,
        address: str,
        text: str,
        *,
        provider_id: str | None,
        sent: datetime | None = None,
    ) -> Received:
        """Store a patient's message and have it answered. A provider id that is known changes nothing.

        `sent` is when it was sent, where the desk has found it only now; None: it comes in by itself.
        Numbers of payment cards are stored nowhere: all but their last four figures are left out.
        Raises: as `Letterbox.put`.
        """
        now = self._clock.now()
        return await self._letterbox.put(
            practice,
            Arrival(
                id=MessageId(self._new_id()),
                begins=ConversationId(self._new_id()),
                state=State(address=address if channel is ChannelKind.SMS else None),
                channel=channel,
                address=address,
                text=without_cards(text),
                provider_id=provider_id,
                by=Actor(kind=ActorKind.PATIENT, id="sender", via=channel.value, address=address),
                at=now if sent is None else min(sent, now),
                heard=None if sent is None else now,
            ),
        )

    async def hear(
        self, practice: PracticeId, conversation: ConversationId, text: str, *, provider_id: str
    ) -> Message | None:
        """Store what a caller says in the conversation of that call; None when it is stored already.

        Whoever holds the call has it answered; should they not, it is found among what was overlooked.
        """
        now = self._clock.now()
        caller = Actor(kind=ActorKind.PATIENT, id="sender", via=ChannelKind.VOICE.value)
        async with self._storage.practice(practice, by=caller) as db:
            return await conversations.add_message(
                db,
                conversation,
                id=MessageId(self._new_id()),
                author=Author.PATIENT,
                text=without_cards(text),
                now=now,
                provider_id=provider_id,
            )

    async def answer(
        self,
        practice: PracticeId,
        conversation: ConversationId,
        *,
        others: Mapping[MessageId, tuple[str, ...]] = MappingProxyType({}),
        typed: MessageId | None = None,
    ) -> None:
        """Answer every message that waits in a conversation, oldest first. Safe to repeat at any time.

        `others`: what else a message may have been that was spoken, best first; `typed`: one of a call that was not.

        Raises: DatabaseFault, psycopg errors; nothing is lost, the messages still wait.
        """
        async with self._storage.alone(practice, f"speak {conversation}", by=ASSISTANT) as turn:
            while await self._answer_next(turn, conversation, others, typed=typed):
                pass

    async def _answer_next(
        self,
        turn: Turn,
        conversation_id: ConversationId,
        others: Mapping[MessageId, tuple[str, ...]],
        *,
        typed: MessageId | None,
    ) -> bool:
        now = self._clock.now()
        async with turn.transaction() as db:
            waiting = await conversations.waiting(db, conversation_id, now=now)
            if waiting is None:
                return False
            known = self._practices.of_version(db.practice, waiting.version)
            practice = known or await self._practices.read(db)
        message, conversation = waiting.message, waiting.conversation
        before = as_taken_in(waiting)
        state = replace(spoken_to(before, message.text), born_needed=self._born_needed(practice.id))
        if message.id == typed:
            state = typed_in(state)
        conversation = replace(conversation, state=state)
        understood, conversation = await self._understood(
            turn, practice, conversation, message, now=now, others=others.get(message.id, ())
        )
        effects = Effects(
            turn=turn,
            practice=practice,
            conversation=conversation,
            message=message,
            system=self._system_of(practice.id),
            public_url=self._public_url,
            clock=self._clock,
            now=now,
        )
        acts = [one.act for one in understood.heard]
        last = await self._last_said(turn, waiting, acts)
        if is_for_people(practice, waiting, acts, said=last, now=now):
            await self._leave_to_people(turn, waiting, Left(until=now + UNSENT, reason=Reason.LATE_TEXT), now=now)
            return True
        if (left := people_first(practice, waiting, acts, now=now)) is not None:
            await self._leave_to_people(turn, waiting, left, now=now)
            return True
        step = first_step(practice, conversation, understood.heard, now=now, floor=floor_of(waiting))
        turned = await carry_out(step, effects)
        words = worded(practice, conversation, turned, now=now, disclosed=self._disclosed) if turned.says else None
        why = _why(understood, turned, words, before=before, now=now)
        state = remembered(turned, words) if words else turned.state
        if before.by_ear and (waiting.spoken or conversation.channel is ChannelKind.VOICE):
            state = with_try(replace(state, by_ear=True), (message.text, *others.get(message.id, ())))
        effects.after = state
        try:
            async with turn.transaction() as db:
                for write in effects.writes:
                    await write(db)
                await note_answer(db, before, turned, conversation, now=now)
                await self._end_others(db, practice, conversation, message, acts, now=now)
                if words is not None:
                    id = uuid5(message.id, "reply")
                    await send(db, practice, conversation, words, id=id, answers=message.id, now=self._clock.now())
                more = await conversations.mark_answered(
                    db, message, state=state, patient=effects.patient, why=why, now=now
                )
                if waiting.left:
                    await no_longer_left(db, conversation.id, more=more, now=now)
                return more
        except Overtaken:  # what was about to be said is no longer so: the message is answered anew
            return True

    async def _last_said(self, turn: Turn, waiting: Waiting, acts: Sequence[Act]) -> Consent | None:
        """What was last said about texts to a number; asked for a text that was found and says something, too."""
        if not waiting.found or not any(isinstance(act, OptIn | OptOut) for act in acts):
            return None
        conversation = waiting.conversation
        async with turn.transaction() as db:
            return await latest_at(db, Use.MESSAGES, conversation.channel, conversation.address)

    async def _end_others(
        self,
        db: Db,
        practice: Practice,
        conversation: Conversation,
        message: Message,
        acts: Sequence[Act],
        *,
        now: datetime,
    ) -> None:
        """A no to something else than texts about visits, such as what advertises, is recorded as it was said."""
        if any(isinstance(act, OptOut) and act.offers for act in acts):
            await end_use(db, conversation, message, Use.MARKETING, now=now)
            return
        if conversation.state.called is not None:
            await note_of_call(db, conversation, acts, now=now)
        calls = any(isinstance(act, OptOut) and act.calls for act in acts)
        if calls:
            await end_use(db, conversation, message, Use.CALLS, now=now)
        meant = self._meant(message.text, practice, conversation.channel, now)
        if meant is not None and meant.meaning is Meaning.STOP and (calls or meant.use is not Use.MESSAGES):
            await end_use(db, conversation, message, meant.use, now=now)

    async def _understood(
        self,
        turn: Turn,
        practice: Practice,
        conversation: Conversation,
        message: Message,
        *,
        now: datetime,
        others: tuple[str, ...] = (),
    ) -> tuple[Understood, Conversation]:
        """What a message does, with what the rules on consent say of it; and the conversation that it is in."""
        charts = await _sound_like(turn, conversation.state)
        context = replace(context_of(practice, conversation.state, now=now), alternatives=others, charts=charts)
        understood = await self._understand(message.text, context)
        meant = self._meant(message.text, practice, conversation.channel, now)
        heard = with_consent(understood.heard, meant, context)
        state = in_doubt(conversation.state, meant, context, heard)
        return replace(understood, heard=heard), replace(conversation, state=state)

    async def draft(self, practice: PracticeId, conversation: ConversationId) -> Draft | None:
        """What would be said to the oldest message that waits for a person's word; None where none does.

        It only looks: what would be booked or noted is told, and left undone. Raises: DatabaseFault.
        """
        async with self._storage.alone(practice, f"speak {conversation}") as turn:
            return await self._draft(turn, conversation)

    async def _draft(self, turn: Turn, conversation_id: ConversationId) -> Draft | None:
        now = self._clock.now()
        async with turn.transaction() as db:
            waiting = await conversations.waiting_for_people(db, conversation_id, now=now)
            if waiting is None:
                return None
            practice = await self._practices.read(db)
        message, conversation = waiting.message, waiting.conversation
        conversation = replace(conversation, state=spoken_to(conversation.state, message.text))
        understood, conversation = await self._understood(turn, practice, conversation, message, now=now)
        effects = Effects(
            turn=turn,
            practice=practice,
            conversation=conversation,
            message=message,
            system=self._system_of(practice.id),
            public_url=self._public_url,
            clock=self._clock,
            now=now,
        )
        step = first_step(practice, conversation, understood.heard, now=now)
        return await drafted(step, effects, said=message, disclosed=self._disclosed)

    async def _leave_to_people(self, turn: Turn, waiting: Waiting, left: Left, *, now: datetime) -> None:
        """People are told, and have until then."""
        message = waiting.message
        id = uuid5(message.id, "left to people")
        async with turn.transaction() as db:
            await conversations.leave_to_people(db, message, until=left.until)
            await hand_over(db, waiting.conversation, left.reason, id=id, now=now, said=message.text)


def as_taken_in(waiting: Waiting) -> State:
    """What is known when a message is taken up. A call is heard from end to end; a chat is said here, written there."""
    state = waiting.conversation.state
    if waiting.conversation.channel is ChannelKind.VOICE:
        return state
    return said(state) if waiting.spoken else written(state)


def people_first(practice: Practice, waiting: Waiting, acts: Sequence[Act], *, now: datetime) -> Left | None:
    """Until when people may answer first; None: it is for the assistant, which goes on where it spoke a while ago."""
    conversation, message = waiting.conversation, waiting.message
    if is_urgent(acts) or waiting.left or waiting.paused or conversation.state.mode is not Mode.ASSISTANT:
        return None
    if answers_when(practice, conversation.channel, now=message.sent) is AnswersWhen.DRAFTS:
        return Left(until=message.sent + UNSENT, reason=Reason.DRAFT)
    if waiting.spoke is not None and now - waiting.spoke < GOES_ON_FOR:
        return None
    until = people_first_until(practice, conversation.channel, sent=message.sent)
    return Left(until=until, reason=Reason.OVERFLOW) if until is not None and until > now else None


def floor_of(waiting: Waiting) -> Floor:
    """Who has the word."""
    if waiting.person_wrote:
        return Floor.ANSWERED
    return Floor.PAUSED if waiting.paused else Floor.OPEN


def is_urgent(acts: Sequence[Act]) -> bool:
    """Whether it is answered whoever has the word."""
    return any(isinstance(act, Emergency | OptOut) for act in acts)


def spoken_to(state: State, text: str) -> State:
    """What is known, in the language that the patient writes in now."""
    return replace(state, language=language_of(text, state.language))


async def _sound_like(turn: Turn, state: State) -> tuple[Patient, ...]:
    """Whose name a caller may be saying: the patients with the number that they call from.

    It tells between names that sound alike, and no more: the number can be forged, so that no birth date, and no
    answer that proves who somebody is, is weighed with it.
    """
    if not state.by_ear or state.address is None or part_asked(state) is not Part.NAME:
        return ()
    async with turn.transaction() as db:
        return tuple(await patients_of_phone(db, state.address, most=_MOST_OF_A_NUMBER))


def context_of(practice: Practice, state: State, *, now: datetime) -> Context:
    """What words are understood by. A question about "it" after a booking is about what was booked."""
    known = state.known
    if known.service is None and state.last is not None:
        known = replace(known, service=state.last.service)
    spoken_of = _spoken_of(state, practice.locations[0].zone)
    together, names = state.spoken_of_together, dict(state.names)
    return Context(
        now=now,
        zone=practice.locations[0].zone,
        language=state.language,
        asked=state.asked,
        offered=state.choices,
        practice=practice,
        known=known,
        visit_stands=bool(state.booked),
        gone=state.cancelled,
        caller=state.address,
        services_asked=state.services_asked,
        alarm=state.alarm is not None,
        by_ear=state.by_ear,
        doubt=state.doubts[0] if state.doubts else None,
        earlier=state.doubts[0].heard if state.doubts and part_asked(state) is state.doubts[0].part else (),
        waits=state.waits,
        promised=state.promised,
        whose=tuple(names.get(visit.id, "") for visit in together),
        whose_at=tuple(wall(visit.during.start, practice.locations[0].zone).time() for visit in together),
        spoken_of=spoken_of.date() if spoken_of else None,
        spoken_at=spoken_of.time() if spoken_of else None,
        told=state.told,
        called=state.called.given if state.called else None,
    )


def _spoken_of(state: State, zone: ZoneInfo) -> datetime | None:
    """The time that was spoken of last, on the location's wall: on offer, kept, standing, or just booked."""
    slot = next((one for one in (*reversed(state.offered), state.known.slot, state.last) if one is not None), None)
    during = slot.during if slot else None
    if not state.offered and state.known.slot is None and state.visit is not None:
        during = state.visit.during
    return wall(during.start, zone) if during else None


def first_step(
    practice: Practice, conversation: Conversation, heard: Sequence[Heard], *, now: datetime, floor: Floor = Floor.OPEN
) -> Step:
    """What the policy wants; where people answer, or one has taken over, they are told, unless it is urgent."""
    state = conversation.state
    acts = [one.act for one in heard]
    if is_urgent(acts):
        return put_through(practice, conversation.channel, made_sure(decide(state, acts, now=now), heard), now=now)
    if state.mode is Mode.PERSON:
        told = () if floor is Floor.ANSWERED else (TellStaff(reason=Reason.HELD),)
        return Step(state=state, effects=told)
    if floor is Floor.PAUSED:
        return Step(state=state, effects=(TellStaff(reason=Reason.PAUSED),))
    if assistant_speaks(practice, conversation.channel, now=now):
        return put_through(practice, conversation.channel, made_sure(decide(state, acts, now=now), heard), now=now)
    return Step(state=state, effects=(TellStaff(reason=Reason.LEFT_TO_PEOPLE),))


def _why(understood: Understood, turned: Turned, words: Worded | None, *, before: State, now: datetime) -> Why:
    return Why(
        acts=[act_as_json(one) for one in understood.heard],
        effects=[*_who_understood(understood), *turned.effects, *(words.incident if words else ())],
        says=all_named(turned.says),
        by=understood.by,
        because=understood.because,
        heard=all_named([one.act for one in understood.heard]),
        before=before,
        at=now,
    )


def _who_understood(understood: Understood) -> list[dict[str, object]]:
    """What a model that was asked took and whether it was believed; nothing where rules alone had to do."""
    if (asked := understood.asked) is None:
        return []
    took = {"ms": round(asked.seconds * 1000), "tokens": [asked.tokens_in, asked.tokens_out], "dollars": asked.dollars}
    return [
        {"effect": "ask_model", "asked": {}, "result": understood.by, "got": {"because": understood.because, **took}}
    ]
