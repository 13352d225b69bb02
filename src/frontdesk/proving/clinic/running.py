"""One task run once: the patient writes, the receptionist answers, the world moves on, and the end is graded."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from frontdesk.domain.practice import Practice
from frontdesk.proving.clinic.agent import Agent, Change, Reply, Session
from frontdesk.proving.clinic.grading import faults_of
from frontdesk.proving.clinic.listening import listen
from frontdesk.proving.clinic.moments import from_the_wall, moment, on_the_wall, stretch
from frontdesk.proving.clinic.patient import Patient, Said
from frontdesk.proving.clinic.task import Meanwhile, Task, e164
from frontdesk.proving.clinic.truth import makes_claims, offered, untrue_claims, untrue_facts

MOST_TURNS = 24
"""Messages of the patient at which a conversation that does not end is broken off."""
MOST_REPEATS = 1
"""A question whose answer was given may be asked once again: anybody mishears."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A message of the transcript."""

    who: str
    at: datetime
    text: str
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """How one run of a task went. `untrue` is part of `faults`; none of them: it passed."""

    task: str
    seed: int
    turns: int
    repeats: int
    faults: tuple[str, ...]
    untrue: tuple[str, ...]
    lines: tuple[Line, ...] = field(repr=False)

    @property
    def has_passed(self) -> bool:
        """Whether everything is as the task wants it."""
        return not self.faults


@dataclass(kw_only=True)
class _Talk:
    """A conversation under way."""

    task: Task
    session: Session
    practice: Practice
    patient: Patient
    at: datetime
    visits: dict[str, str]
    lines: list[Line] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)
    _done: set[int] = field(default_factory=set)

    async def held(self) -> None:
        """Talk until the patient is done or has gone."""
        said: Said | None = self.patient.begin()
        while said is not None and self.patient.sent <= MOST_TURNS:
            if said.chooses is not None:
                await self._give_away(said.chooses)
            self.lines.append(Line(who="patient", at=self.at, text=said.text))
            replies = await self._heard(await self.session.say(said.text, self.at))
            replies += await self._meanwhile()
            today = on_the_wall(self.at).date()
            text = "\n".join(one.text for one in replies)
            buttons = replies[-1].buttons if replies else ()
            heard = listen(text, buttons, today=today)
            if "code" in heard.asks:
                self.patient.inbox = await self._inbox()
            said = self.patient.hear(heard)
            self.at += said.after if said is not None else timedelta(seconds=30)

    async def _heard(self, replies: list[Reply]) -> list[Reply]:
        """Take the replies down, and hold each claim in them against the facts of this moment."""
        self.lines += [Line(who="desk", at=self.at, text=one.text, buttons=one.buttons) for one in replies]
        today = on_the_wall(self.at).date()
        self.untrue += untrue_facts(replies, self.practice, today=today)
        if makes_claims(replies):
            self.untrue += untrue_claims(replies, await self.session.look(), self.practice, today=today)
        goal = self.patient.goal
        if goal.do in {"book", "move"} and (times := offered(replies, today=today)):
            await self._check_offers(times, self._service())
        return replies

    async def _inbox(self) -> tuple[str, ...]:
        """What came to the patient's own phone and mailbox."""
        world, person = await self.session.look(), self.task.patient
        own = {self.task.address, person.email} | ({e164(person.phone)} if person.phone else set())
        return tuple(one.body for one in (*world.texts, *world.mails) if one.to in own)

    def _service(self) -> str | None:
        goal = self.patient.goal
        if goal.service is not None:
            return goal.service
        return next((visit.service for visit in self.task.before.visits if visit.key == goal.visit), None)

    async def _check_offers(self, times: list[datetime], service: str | None) -> None:
        """Each time offered can be had, is held for this patient, or is a visit that is spoken of."""
        if service is None:
            return
        for at in times:
            start = from_the_wall(at)
            if await self.session.is_free(service, start) is False:
                known = {visit.start for visit in (await self.session.look()).visits}
                if start not in known and at != self.patient.chosen:
                    self.untrue.append(f"offers {at:%a %Y-%m-%d %H:%M}, which cannot be had")

    async def _give_away(self, chosen: datetime) -> None:
        for _ in self._due("takes"):
            service = self._service()
            assert service is not None  # only who books or moves chooses a time
            self._note(f"(the front desk gives {chosen:%a %H:%M} to somebody else)")
            await self._heard(await self.session.change(Change(taken=service, start=from_the_wall(chosen)), self.at))

    async def _meanwhile(self) -> list[Reply]:
        replies: list[Reply] = []
        for change in self._due("after"):
            for one in _changes(change, self.visits):
                self._note(f"({one.model_dump_json(exclude_none=True, exclude_defaults=True)})")
                replies += await self._heard(await self.session.change(one, self.at))
        return replies

    def _due(self, when: str) -> list[Meanwhile]:
        """What has its moment now; each happens once."""
        if when == "takes":
            due = [one for one in self.task.meanwhile if one.takes and id(one) not in self._done]
        else:
            due = [one for one in self.task.meanwhile if one.after == self.patient.sent and id(one) not in self._done]
        self._done |= {id(one) for one in due}
        return due

    def _note(self, text: str) -> None:
        self.lines.append(Line(who="world", at=self.at, text=text))


async def run(task: Task, agent: Agent, practice: Practice, *, seed: int) -> Trial:
    """The trial of that seed; the same agent gives the same again."""
    session = await agent.begin(task)
    patient = Patient(task=task, chance=Random(f"{seed} {task.id}"))
    talk = _Talk(task=task, session=session, practice=practice, patient=patient, at=task.now, visits=session.visits)
    await talk.held()
    world = await session.look()
    await session.end()
    replies = [line.text for line in talk.lines if line.who == "desk"]
    faults = faults_of(task, world, replies, visits=session.visits, turns=patient.sent, given=patient.told)
    if patient.asked_twice > MOST_REPEATS:
        asked = ", ".join(sorted(patient.asked))
        faults.append(f"asks {patient.asked_twice} times for what was told ({asked})")
    return Trial(
        task=task.id,
        seed=seed,
        turns=patient.sent,
        repeats=patient.asked_twice,
        faults=(*faults, *talk.untrue),
        untrue=tuple(talk.untrue),
        lines=tuple(talk.lines),
    )


def _changes(change: Meanwhile, visits: dict[str, str]) -> list[Change]:
    found: list[Change] = []
    for words in change.busy:
        who, start, end = stretch(words)
        everybody = who == "all"
        found.append(Change(busy=None if everybody else who, everybody=everybody, start=start, end=end))
    if change.cancels:
        found.append(Change(cancelled=visits[change.cancels]))
    if change.moves and change.to:
        found.append(Change(moved=visits[change.moves], start=moment(change.to)))
    return found
