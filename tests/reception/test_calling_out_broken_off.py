"""Whoever places calls is killed anywhere: a number rings once for a reminder, and no reminder is lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.reception.called_desk import UNTEXTED, CalledDesk, called_desk
from tests.reception.struck import StruckStorage
from tests.reception.test_calling_out import has_landline, mailed

from frontdesk.connecting.texting import Texting
from frontdesk.domain.consent import Use
from frontdesk.domain.time import wall
from frontdesk.ports.channel import Accepted, NotTaken
from frontdesk.ports.phoning import Rang, Ring
from frontdesk.proving.interrupted import Blow, Boundary, Crashed
from frontdesk.reception.placing import Placing
from frontdesk.storage.jobs import Job, Work
from frontdesk.work.deliver_unasked import deliver_unasked


class Struck(StruckStorage):
    """The desk's storage and its way to the carrier, struck likewise."""

    looks_up = False

    def __init__(self, one: CalledDesk, number: int) -> None:
        super().__init__(one.at.desk.storage, number)
        texting = one.at.desk.texting_of(one.at.practice.id)
        assert texting is not None
        assert texting.account.telephone is not None
        assert texting.account.telephone.placing is not None
        self._texting = texting
        self._places = texting.account.telephone.placing

    async def place(self, ring: Ring) -> Accepted | NotTaken:
        await self._blow()
        took = await self._places.place(ring)
        await self._blow()
        return took

    async def _blow(self) -> None:
        if await self.strike(Boundary.BEFORE_CALL) is Blow.CRASH:
            raise Crashed

    @property
    def placing(self) -> "Struck":
        return self

    @property
    def telephone(self) -> "Struck":
        return self

    def texting(self, _: object) -> Texting:
        return replace(self._texting, account=self)  # type: ignore[arg-type]


async def minutes_pass(one: CalledDesk) -> None:
    """What was left over by whoever died is found within a minute, and asked of the carrier a minute later."""
    for _ in range(3):
        one.at.clock.at += timedelta(minutes=1)
        await one.at.works()


async def planned(one: CalledDesk, when: datetime) -> None:
    """A visit then, of which a call waits in the outbox."""
    at = one.at
    await at.books(f"{wall(when, at.zone):%Y-%m-%d %H:%M}", None)
    await at.desk.reminding.plan(at.practice.id)
    at.clock.at = when - timedelta(days=1)
    await at.desk.reminding.remind(at.practice.id)


async def test_killed_at_any_boundary_the_number_rings_once_and_the_reminder_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    async with called_desk(database_url, tmp_path, calls=replace(UNTEXTED, tries=1)) as one:
        await has_landline(one)
        await one.allows(Use.CALLS)
        start, at = datetime(2026, 6, 10, 20, tzinfo=UTC), one.at
        for number in range(1, 40):
            start += timedelta(days=7)
            await planned(one, start)
            rang, before = len(one.placed), await mailed(one)
            struck = Struck(one, number)
            dying = replace(
                at.desk,
                storage=struck,  # type: ignore[arg-type]
                texting_of=struck.texting,
                placing=Placing(struck, at.desk.practices, at.clock),  # type: ignore[arg-type]
            )
            try:
                await deliver_unasked(dying, Job(work=Work.DELIVER_UNASKED, practice=at.practice.id, on=at.practice.id))
                await dying.placing.ended(at.practice.id, one.key(), one.placed[-1].sid, Rang.NO_ANSWER)
            except Crashed:
                pass
            await minutes_pass(one)

            assert len(one.placed) == rang + 1
            await one.ends(Rang.NO_ANSWER)
            await minutes_pass(one)

            assert len(one.placed) == rang + 1
            assert await mailed(one) == before + 1
            if not struck.struck:
                break
        assert 8 < number < 39  # every boundary was struck once
