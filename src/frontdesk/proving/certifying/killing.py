"""Desks that are killed in the middle of a saga, beside a simulated system that lives on in a process of its own."""

import asyncio
import gc
import multiprocessing
import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import uvloop

from frontdesk.connecting.opening import Opened, calendar_in
from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import PatientId, PracticeId, ServiceId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.ports.connecting import Outside
from frontdesk.ports.faults import Fault
from frontdesk.ports.system import System
from frontdesk.proving.certifying.desk import Desk, NotProven, Setting, a_desk, answered, times_of
from frontdesk.proving.certifying.hands import Hands
from frontdesk.proving.certifying.random_requests import ended
from frontdesk.proving.certifying.what_holds import MONDAY
from frontdesk.proving.simulator_server import served
from frontdesk.reception.saga import Lost, Saga, Stands
from frontdesk.sample.practice import smile
from frontdesk.scheduling.slots import find_slots
from frontdesk.storage import bookings
from frontdesk.storage.charts import StoredCharts
from frontdesk.storage.database import Storage
from frontdesk.storage.practices import Practices
from frontdesk.storage.vendor_pace import NoLimit
from frontdesk.systems.manifest import Ability, connector
from frontdesk.vault.master import MasterKey

EACH = 5
"""So many desks are killed before what is left is gone on with and looked at."""
DAYS = 7
"""So many days lie open in the simulated book; the desks fight for the first four."""
FEW, MANY = 16, 64
"""So many times are fought for; more where what was asked for is entered for good and nobody cancels it."""
LONGEST = 0.25
"""A desk lives at most so long after it has begun its first saga, in seconds."""
PATIENTS = tuple(
    Patient(
        id=PatientId(UUID(int=9000 + number)),
        given="Sam",
        family=f"Killed{letter}",
        phone=f"+151255501{number:02d}",
        email=f"killed{number}@example.com",
        birth_date=date(1990, 4, 5),
    )
    for number, letter in enumerate("abcdefgh")
)


@dataclass(kw_only=True)
class Killed:
    """What was done, and everything that must not be."""

    kills: int = 0
    sagas: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a trial has its data."""

    url: str
    home: Path
    system: str
    practice: Practice


@dataclass(frozen=True, kw_only=True)
class Door:
    """How a desk finds its way into the simulated system: what a clinic gives, and what it has told of itself."""

    settings: Mapping[str, str]
    numbers: Mapping[str, object]
    service: ServiceId
    now: datetime


def killed(url: str, home: Path, system: str, *, seed: int, kills: int) -> Killed:
    """So many desks killed. Called in a process without an event loop, since it forks."""
    chance, done = Random(seed), Killed()
    fork = multiprocessing.get_context("fork")
    _load(system)
    while done.kills < kills and not done.wrong:
        own = replace(smile(), id=PracticeId(uuid4()), key=f"killed-{uuid4().hex[:8]}")
        place = Place(url=url, home=home, system=system, practice=own)
        here, there = fork.Pipe()
        standing = fork.Process(target=_run_stand, args=(place, there), daemon=True)
        standing.start()
        door: Door = here.recv()
        for _ in range(min(4 * EACH, kills - done.kills)):
            begun: Synchronized[int] = fork.Value("i", 0)
            life = f"{chance.random()}"
            desk = fork.Process(target=_run_work, args=(place, door, begun, life), daemon=True)
            desk.start()
            while begun.value == 0 and desk.is_alive():
                time.sleep(0.005)
            time.sleep(chance.uniform(0, LONGEST))
            if desk.pid is not None and desk.is_alive():
                os.kill(desk.pid, signal.SIGKILL)
                done.kills += 1
            desk.join()
            done.sagas += begun.value
            if done.kills % EACH == 0:
                here.send("settle")
                wrong, now = here.recv()
                door = replace(door, now=now)
                done.wrong += [f"seed {seed}, after {done.kills}: {one}" for one in wrong]
        here.send("settle")
        wrong, _ = here.recv()
        done.wrong += [f"seed {seed}, after {done.kills}: {one}" for one in wrong]
        here.send("end")
        standing.join()
    return done


def _load(system: str) -> None:
    """Have in memory what every desk needs, so that the forked ones need not each load it."""
    connector(system)
    import_module(f"frontdesk.systems.{system}.peer")
    gc.freeze()


def _run_stand(place: Place, parent: Connection) -> None:
    uvloop.run(_stand(place, parent))


def _run_work(place: Place, door: Door, begun: "Synchronized[int]", seed: str) -> None:
    uvloop.run(_work(place, door, begun, seed))


async def _stand(place: Place, parent: Connection) -> None:
    """The simulated system, and a desk beside it that goes on with what the killed ones left."""
    storage = await _storage(place)
    # the practice keeps the id that the desks know
    async with (
        a_desk(storage, place.system, place.practice, Setting(now=MONDAY, days=DAYS, as_it_is=True)) as desk,
        served(desk.peer.application) as address,
    ):
        for person in PATIENTS:
            await desk.enter(person)
        door = Door(
            settings=desk.peer.settings(address),
            numbers=desk.peer.numbers,
            service=desk.peer.services[0],
            now=desk.hands.now(),
        )
        await asyncio.to_thread(parent.send, door)
        while await asyncio.to_thread(parent.recv) == "settle":
            await asyncio.to_thread(parent.send, (await _settled(desk), desk.hands.now()))
    await storage.close()


async def _settled(desk: Desk) -> list[str]:
    if not desk.can(Ability.BOOK):
        return await ended(desk)
    try:
        await desk.settle()
    except NotProven as seen:
        return [str(seen)]
    return await desk.wrong()


async def _work(place: Place, door: Door, begun: "Synchronized[int]", seed: str) -> None:
    """A desk that works until it is killed, over real sockets."""
    storage, hands, chance = await _storage(place), Hands(door.now), Random(seed)
    practices, (manifest, connect) = Practices(), connector(place.system)

    async def read_practice() -> Practice:
        async with storage.practice(place.practice.id) as db:
            return await practices.read(db)

    outside = Outside(
        budget=NoLimit(),
        practice=read_practice,
        charts=StoredCharts(storage, place.practice.id, place.system),
        free_times=find_slots,
        clock=hands,
        gate=None,
    )
    defaults = {one.key: one.default for one in manifest.settings if one.default is not None}
    opened = Opened(manifest=manifest, system=connect({**defaults, **door.settings}, door.numbers, outside))
    system = calendar_in(opened, storage, practices, place.practice.id, hands)
    found = await times_of(system, door.service, now=door.now, days=4)
    times = FEW if Ability.BOOK in manifest.can else MANY
    slots = found[:: max(1, len(found) // times)][:times]
    while True:
        with suppress(Fault):
            begun.value += 1
            await _one(storage, place.practice.id, system, hands, chance, slots)


async def _one(
    storage: Storage, practice: PracticeId, system: System, hands: Hands, chance: Random, slots: Sequence[Slot]
) -> None:
    person, slot, key = chance.choice(PATIENTS), chance.choice(slots), f"{uuid4()}"
    async with storage.practice(practice) as db:
        told = [one for one in await bookings.promises(db) if one.status.takes_time]
    visit = chance.choice(told) if told and chance.random() < 0.6 else None

    async def ask(saga: Saga) -> Stands | Lost:
        if visit is None:
            return await saga.book(slot, key=key, patient=person.id, held=None)
        if chance.random() < 0.7:
            return await saga.move(visit.appointment, slot, key=key, patient=visit.patient)
        return await saga.cancel(visit.appointment, key=key, patient=visit.patient)

    await answered(storage, practice, system, hands, key, visit.patient if visit else person.id, ask)


async def _storage(place: Place) -> Storage:
    storage = Storage(place.url, master=MasterKey.load(place.home))
    await storage.open()
    return storage
