"""A practice's life over some months: people ask, book, forget, cancel, answer, come or not; the desk does its work."""

from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime, time, timedelta

from frontdesk.domain.time import instant, wall
from frontdesk.proving.simulating.answering import Answering
from frontdesk.proving.simulating.asking import asks
from frontdesk.proving.simulating.people import Request, is_open, requests_on
from frontdesk.proving.simulating.world import World

LOOK_EVERY, BY_NIGHT = timedelta(minutes=10), timedelta(hours=1)
"""So often is looked for what is due; a worker does it every second, and finds the same a little sooner."""
DAY = (time(7, 30), time(21, 30))
AT_THE_DESK = (time(10), time(15))
"""When people see to what waits for them, on days that the practice opens (a guess)."""
HOURS_OF_THE_LIST = {8, 14}
"""The waitlist is looked at when a time came free or an offer ends, and in these hours. A worker does so every two
minutes, and where nothing came free it finds nothing."""


class Life:
    """One practice with its people, lived day by day."""

    def __init__(self, world: World, *, seed: int, a_day: float) -> None:
        """`a_day`: so many ask for a visit on a day that the practice opens, on average."""
        self.world = world
        self.answering = Answering(world)
        self._seed = seed
        self._a_day = a_day
        self._looked = world.desk.now
        self._steps: list[datetime] = []

    async def lives(self, first: date, days: int) -> None:
        """Live from the midnight before `first` for so many days of the practice's wall."""
        world, desk = self.world, self.world.desk
        for day in (first + timedelta(days=ahead) for ahead in range(days)):
            for request in requests_on(
                world.habits, desk.practice, day, people=len(world.people), a_day=self._a_day, seed=self._seed
            ):
                world.at(request.at, self._asking(request))
            for hour in AT_THE_DESK if is_open(desk.practice, day) else ():
                world.at(instant(day, hour, world.zone).astimezone(UTC), desk.sees_to_its_tasks)
        end = instant(first + timedelta(days=days), time(0), world.zone).astimezone(UTC)
        look = desk.now
        while (now := min(look, world.next_act or look)) < end:
            desk.turn(now)
            if now < look:
                await world.acts()
            else:
                await self._looks()
                look = self._next_look()
            await self.answering.reads()

    def _asking(self, request: Request) -> Callable[[], Coroutine[None, None, None]]:
        return lambda: asks(self.world, request)

    async def _looks(self) -> None:
        desk = self.world.desk
        here = wall(desk.now, self.world.zone)
        is_hour = here.hour in HOURS_OF_THE_LIST and here.minute < LOOK_EVERY / timedelta(minutes=1)
        ended = any(self._looked < at <= desk.now for at in self._steps)
        fills = is_hour or ended or desk.now < self.world.hot_until
        await desk.due(fills=fills)
        if fills:
            self._looked = desk.now
            self._steps = await desk.next_steps()

    def _next_look(self) -> datetime:
        """The next full ten minutes of the day, or the next hour of the night."""
        now = self.world.desk.now
        here = wall(now, self.world.zone)
        every = LOOK_EVERY if DAY[0] <= here.time() < DAY[1] else BY_NIGHT
        since = timedelta(minutes=here.minute, seconds=here.second, microseconds=here.microsecond) % every
        return now - since + every
