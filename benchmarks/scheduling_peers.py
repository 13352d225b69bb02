"""The same question in other ways: bare integers, numpy, interval trees, a loop, SQL. 15-minute slices, no DST.

All of them list (slice, practitioner) pairs at which the practitioner, a room and a device are free for the visit,
the room and the device for its clean-up too.
"""

import shutil
import sqlite3
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.scheduling_world import Clinic
from frontdesk.domain.appointment import Subject
from frontdesk.scheduling.busy_time import NOTHING_BUSY
from frontdesk.scheduling.timetable import timetable

SLICE = timedelta(minutes=15)
FOUND = list[tuple[int, str]]
NumpyGrid = tuple[Any, Any, Any, Any]
"""Arrays of booleans: people, rooms, devices, starts. NumPy is not among what the desk is made of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """The fortnight in five-minute ticks, each subject's free time as an integer."""

    people: dict[str, int]
    rooms: list[int]
    devices: list[int]
    starts: int
    count: int
    visit: int
    clean_up: int


def grid_of(clinic: Clinic) -> Grid:
    """The free time of everybody and everything, by our own timetable: the peers differ in how they combine it."""
    table = timetable(clinic.practice, clinic.within)
    busy = NOTHING_BUSY.and_of(clinic.busy, table.ruler)
    place, service, ruler = clinic.practice.locations[0].id, clinic.practice.services[0], table.ruler
    people = {
        one.id: table.worked[one.id, place] & ~busy.of_practitioner(one.id) for one in clinic.practice.practitioners
    }
    return Grid(
        people={str(id): ticks for id, ticks in people.items()},
        rooms=[ruler.whole & ~busy.of_room(room)[0] for room in clinic.practice.rooms],
        devices=[ruler.whole & ~busy.of_device(device.id) for device in clinic.practice.devices],
        starts=table.grid[place] & ruler.inside(clinic.within),
        count=ruler.count,
        visit=ruler.ticks(service.length),
        clean_up=ruler.ticks(service.after),
    )


def by_bare_bits(grid: Grid) -> list[int]:
    """The sets alone, with nothing around them: what integers as sets can do at best."""

    def begins(free: int, ticks: int) -> int:
        have = 1
        while have < ticks:
            step = min(have, ticks - have)
            free &= free >> step
            have += step
        return free

    rooms = devices = 0
    whole = grid.visit + grid.clean_up
    for free in grid.rooms:
        rooms |= begins(free, whole)
    for free in grid.devices:
        devices |= begins(free, whole)
    common = rooms & devices & grid.starts
    return [common & begins(free, grid.visit) for free in grid.people.values()]


def by_c(grid: Grid) -> tuple[float, int] | None:
    """Milliseconds of a C program on the same sets, and how many pairs it lists; None where there is no compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    words = -(-grid.count // 64)
    sets = [grid.starts, *grid.people.values(), *grid.rooms, *grid.devices]
    numbers = [words, grid.visit, grid.visit + grid.clean_up, len(grid.people), len(grid.rooms), len(grid.devices)]
    lines = [" ".join(map(str, numbers))]
    lines += [" ".join(f"{ticks >> 64 * word & 2**64 - 1:x}" for word in range(words)) for ticks in sets]
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/bitset"
        subprocess.run((compiler, "-O2", "-o", program, Path(__file__).with_name("bitset.c")), check=True)
        told = subprocess.run(program, input="\n".join(lines), capture_output=True, text=True, check=True).stdout
    nanoseconds, found = told.split()
    return int(nanoseconds) / 1e6, int(found)


def numpy_grid(grid: Grid) -> NumpyGrid:
    """The same free time as arrays of booleans, a row for each."""
    import numpy as np  # only where the peers could be installed

    def rows(sets: list[int]) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
        return np.array([[bit == "1" for bit in f"{ticks:0{grid.count}b}"[::-1]] for ticks in sets], dtype=bool)

    starts = rows([grid.starts])[0]
    return rows(list(grid.people.values())), rows(grid.rooms), rows(grid.devices), starts


def by_numpy(grid: Grid, loaded: NumpyGrid) -> FOUND:
    """Whole rows at once, and every pair listed."""
    import numpy as np  # only where the peers could be installed

    people, rooms, devices, starts = loaded

    def begins(free: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]", ticks: int) -> object:
        return np.logical_and.reduce([np.roll(free, -step, axis=1) for step in range(ticks)])

    whole = grid.visit + grid.clean_up
    places = np.any(begins(rooms, whole), axis=0) & np.any(begins(devices, whole), axis=0) & starts
    names = list(grid.people)
    pairs = np.nonzero(begins(people, grid.visit) & places)
    return [(tick, names[number]) for number, tick in zip(*(one.tolist() for one in pairs), strict=True)]


def by_intervals(clinic: Clinic) -> FOUND:
    """A tree of busy stretches for each subject, asked for every start."""
    from intervaltree import IntervalTree  # only where the peers could be installed

    trees: dict[tuple[Subject, str], IntervalTree] = {}
    for claim in clinic.busy:
        tree = trees.setdefault((claim.subject, claim.id), IntervalTree())
        tree[claim.during.start.timestamp() : claim.during.end.timestamp()] = None

    def free(subject: Subject, id: str, start: datetime, length: timedelta) -> bool:
        tree = trees.get((subject, id))
        return tree is None or not tree.overlaps(start.timestamp(), (start + length).timestamp())

    return _each_start(clinic, free)


def by_naive_loop(clinic: Clinic) -> FOUND:
    """Every start, person, room and device against the visits of its day."""
    days: dict[tuple[Subject, str, int], list[tuple[datetime, datetime]]] = {}
    for claim in clinic.busy:
        for day in {claim.during.start.toordinal(), claim.during.end.toordinal()}:
            days.setdefault((claim.subject, claim.id, day), []).append((claim.during.start, claim.during.end))

    def free(subject: Subject, id: str, start: datetime, length: timedelta) -> bool:
        end = start + length
        return not any(
            begins < end and start < over
            for day in {start.toordinal(), end.toordinal()}
            for begins, over in days.get((subject, id, day), ())
        )

    return _each_start(clinic, free)


def _each_start(clinic: Clinic, free: "object") -> FOUND:
    assert callable(free)
    service, practice = clinic.practice.services[0], clinic.practice
    table = timetable(practice, clinic.within)
    place, whole = practice.locations[0].id, service.length + service.after
    found: FOUND = []
    start = clinic.within.start
    while start + service.length <= clinic.within.end:
        tick = table.ruler.at_or_after(start)
        if any(free(Subject.ROOM, room.id, start, whole) for room in practice.rooms) and any(
            free(Subject.DEVICE, device.id, start, whole) for device in practice.devices
        ):
            mask = (1 << table.ruler.ticks(service.length)) - 1
            found += [
                (tick, person.id)
                for person in practice.practitioners
                if table.worked[person.id, place] >> tick & mask == mask
                and free(Subject.PRACTITIONER, person.id, start, service.length)
            ]
        start += SLICE
    return found


def sql_grid(clinic: Clinic) -> sqlite3.Connection:
    """A table of claims and one of worked slices, indexed."""
    database = sqlite3.connect(":memory:")
    database.execute("create table claim (kind text, subject text, starts real, ends real)")
    database.execute("create table worked (person text, tick int, starts real, ends real)")
    database.execute("create table place (kind text, subject text)")
    database.executemany(
        "insert into claim values (?, ?, ?, ?)",
        [(c.subject.value, c.id, c.during.start.timestamp(), c.during.end.timestamp()) for c in clinic.busy],
    )
    service, practice = clinic.practice.services[0], clinic.practice
    table = timetable(practice, clinic.within)
    mask, place = (1 << table.ruler.ticks(service.length)) - 1, practice.locations[0].id
    start = clinic.within.start
    while start + service.length <= clinic.within.end:
        tick = table.ruler.at_or_after(start)
        rows = [
            (person.id, tick, start.timestamp(), (start + service.length).timestamp())
            for person in practice.practitioners
            if table.worked[person.id, place] >> tick & mask == mask
        ]
        database.executemany("insert into worked values (?, ?, ?, ?)", rows)
        start += SLICE
    database.executemany(
        "insert into place values (?, ?)",
        [("room", room.id) for room in practice.rooms] + [("device", device.id) for device in practice.devices],
    )
    database.execute("create index claimed on claim (kind, subject, starts, ends)")
    return database


def by_sql(database: sqlite3.Connection) -> FOUND:
    """One statement: worked slices without claims of the person, with some room and some device free."""
    taken = (
        "exists (select 1 from claim c where c.kind = '{0}' and c.subject = {1} and c.starts < {2} "
        "and c.ends > w.starts and c.starts > w.starts - 86400)"
    )
    cleaned = "w.ends + 300"
    some = "exists (select 1 from place p where p.kind = '{0}' and not " + taken.replace("{1}", "p.subject") + ")"
    query = (
        "select w.tick, w.person from worked w where not "
        + taken.format("practitioner", "w.person", "w.ends")
        + " and "
        + some.format("room", "", cleaned)
        + " and "
        + some.format("device", "", cleaned)
        + " order by w.tick"
    )
    return [(int(tick), str(person)) for tick, person in database.execute(query)]
