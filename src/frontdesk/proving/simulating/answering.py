"""What patients make of what reaches them: most do nothing, some answer, few take an offered time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from frontdesk.domain.contact import ContactKind
from frontdesk.domain.ids import AppointmentId
from frontdesk.domain.time import wall
from frontdesk.ports.channel import Mail, Text
from frontdesk.proving.simulating.attending import answer_minutes
from frontdesk.proving.simulating.fate import Moved
from frontdesk.proving.simulating.judging import REMINDS, Judge, Reached
from frontdesk.proving.simulating.people import Someone, is_open
from frontdesk.proving.simulating.talking import said_of, takes_it, wants_another, words
from frontdesk.proving.simulating.world import HOT_FOR, Visit, World


class Answering:
    """Everybody's phones and mailboxes. Each message is judged before it is read."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_phone = {one.phone: one for one in world.people}
        self._by_mail = {one.email: one for one in world.people}
        self.judge = Judge(zone=world.zone)

    async def reads(self) -> None:
        """Read everything that has come."""
        post = self._world.desk.post
        while post.texts or post.mails:
            texts, mails = post.taken()
            for text in texts:
                await self._reads(text)
            for mail in mails:
                await self._opens(mail)

    async def _reads(self, text: Text) -> None:
        kind, desk = text.purpose, self._world.desk
        self._world.told.messages[kind.value] += 1
        reminds = await desk.reminds_of(UUID(text.key)) if kind in REMINDS else ()
        answers = text.answers is not None
        self.judge.look(Reached(to=text.to, at=desk.now, kind=kind, answers=answers, reminds=reminds))
        one = self._by_phone.get(text.to)  # the practice's own people are written to as well
        if one is not None and kind in REMINDS:
            self._is_reminded(one, [each.visit for each in reminds], by_text=True)
        if one is not None and kind is ContactKind.WAITLIST_OFFER:
            self._is_offered(one)

    async def _opens(self, mail: Mail) -> None:
        desk = self._world.desk
        self._world.told.messages["mail"] += 1
        one = self._by_mail.get(mail.to.rpartition("<")[2].rstrip(">"))
        if one is None or not mail.key.startswith("reminder-"):
            return
        stream = uuid5(desk.patient(one).id, "reminders")  # a reminder by mail has this place in the outbox
        reminds = await desk.reminds_of(uuid5(stream, mail.key))
        reached = Reached(
            to=one.email, at=desk.now, kind=ContactKind.REMINDER, answers=False, is_text=False, reminds=reminds
        )
        self.judge.look(reached)
        self._is_reminded(one, [each.visit for each in reminds], by_text=False)

    def _is_reminded(self, one: Someone, ids: Sequence[AppointmentId], *, by_text: bool) -> None:
        world = self._world
        for id in ids:
            visit = world.visits.get(id)
            if visit is None or not visit.stands:
                continue
            visit.reminders += 1
            chance = world.chance(f"reminded {one.number} {visit.during.start} {visit.reminders}")
            soon = self._soon(chance)
            if visit.fate.stirred(world.habits, reminders=visit.reminders) is Moved.TELLS:
                self._tells(visit, soon, by_text, chance)
            elif by_text:
                self._perhaps_answers(one, visit, soon, chance)

    def _tells(self, visit: Visit, soon: datetime, by_text: bool, chance: Random) -> None:
        self._world.at(soon, lambda: self._cannot_come(visit, by_text, chance))

    def _perhaps_answers(self, one: Someone, visit: Visit, soon: datetime, chance: Random) -> None:
        habits = self._world.habits
        if chance.random() < habits.ends_texts:
            self._world.at(soon, lambda: self._stops(one, chance))
        elif one.answers_texts and chance.random() < habits.confirms:
            kind = "ask" if chance.random() < habits.asks_back else "confirm"
            self._world.at(soon, lambda: self._answers(one, visit, kind, chance))

    async def _answers(self, one: Someone, visit: Visit, kind: str, chance: Random) -> None:
        if self._world.is_now(visit):
            self._world.told.answers[kind] += 1
            await self._world.desk.hears(one.phone, words(kind, one, chance))

    async def _stops(self, one: Someone, chance: Random) -> None:
        """What has left before they write is read first: nobody can have known."""
        self._world.told.answers["stop"] += 1
        await self.reads()
        await self._world.desk.hears(one.phone, words("stop", one, chance))
        self.judge.wrote_stop(one.phone)

    async def _cannot_come(self, visit: Visit, by_text: bool, chance: Random) -> None:
        """Stirred by a reminder they say that they cannot come: in an answer, or on the phone."""
        world = self._world
        if not world.is_now(visit):
            return
        world.told.answers["cannot come"] += 1
        if not by_text or chance.random() >= world.habits.moves_rather:
            await world.cancels(visit, by_text=by_text)
            return
        one, day = world.people[visit.who], wall(visit.during.start, world.zone).date()
        day += timedelta(days=chance.randrange(2, 9))
        while not is_open(world.desk.practice, day):
            day += timedelta(days=1)
        said = words("move", one, chance).format(day=said_of(day, one))
        await world.talks(one, wants_another(said, day, one), chance=chance, how="text")

    def _is_offered(self, one: Someone) -> None:
        world = self._world
        habits, chance = world.habits, world.chance(f"offered {one.number} {world.desk.now:%Y-%m-%d}")
        soon, drawn = self._soon(chance), chance.random()
        if drawn < habits.takes_offer:
            world.at(soon, lambda: self._takes(one, chance))
        elif drawn < habits.takes_offer + habits.refuses_offer:
            world.at(soon, lambda: self._refuses(one, chance))
        elif chance.random() < habits.ends_texts:
            world.at(soon, lambda: self._stops(one, chance))

    async def _takes(self, one: Someone, chance: Random) -> None:
        world = self._world
        world.told.answers["accept"] += 1
        service = world.desk.practice.services[0].id  # the offer names it, and nobody asks
        await world.talks(one, takes_it(words("accept", one, chance), service), chance=chance, how="offer")

    async def _refuses(self, one: Someone, chance: Random) -> None:
        self._world.told.answers["refuse"] += 1
        await self._world.desk.hears(one.phone, words("refuse", one, chance))
        self._world.hot_until = self._world.desk.now + HOT_FOR

    def _soon(self, chance: Random) -> datetime:
        return self._world.desk.later(answer_minutes(self._world.habits, chance.gauss(0, 1)))
