"""What a connector says it can beside the calendar: catalogue, statuses, notes, changes, notices, pace."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from frontdesk.domain.appointment import Appointment, Status
from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import (
    Came,
    ConfirmsVisits,
    HearsNotices,
    ListsCatalogue,
    MarksVisits,
    Notice,
    TakesNotes,
    TellsBusyTimes,
    TellsChanges,
)
from frontdesk.ports.budget import Budget
from frontdesk.ports.faults import Fault, Refused
from frontdesk.proving.certifying.check import Check, Open, check
from frontdesk.proving.certifying.desk import Setting
from frontdesk.proving.certifying.hands import Hands
from frontdesk.proving.certifying.what_holds import MONDAY, USUAL, busy_weeks, must, well
from frontdesk.reception.saga import Stands
from frontdesk.standards.simulating.faults import TooMany
from frontdesk.systems.manifest import Ability, Manifest

URL = "https://desk.example/notices"


async def everything_mapped_is_listed(open_desk: Open) -> str:
    """The catalogue lists whatever the practice's numbers speak of, by name and length."""
    async with open_desk(USUAL) as desk:
        assert isinstance(desk.connector, ListsCatalogue)
        listed = await desk.connector.catalogue()
        names = {one.name.casefold() for one in listed.services}
        lacking = [id for id in desk.peer.services if desk.practice.service(id).name.casefold() not in names]
        must(not lacking, f"services that are not listed by their names: {', '.join(lacking)}")
        people = " ".join(one.name.casefold() for one in listed.practitioners)
        unknown = [one.name for one in desk.practice.practitioners if one.name.split()[-1].casefold() not in people]
        must(not unknown, f"practitioners that are not listed: {', '.join(unknown)}")
        return f"{len(listed.services)} services, {len(listed.practitioners)} practitioners, {len(listed.rooms)} rooms"


async def busy_times_are_told(open_desk: Open) -> str:
    """Whoever has a visit is told as busy for all of it."""
    async with open_desk(replace(USUAL, visits=busy_weeks)) as desk:
        assert isinstance(desk.connector, TellsBusyTimes)
        book = [one for one in desk.peer.visits() if one.status.takes_time and one.practitioner is not None]
        within = USUAL.now, USUAL.now + timedelta(days=7)
        from_now = [one for one in book if within[0] <= one.during.start and one.during.end <= within[1]]
        first = from_now[0].during
        claims = await desk.connector.busy(replace(first, start=within[0], end=within[1]))
        for one in from_now:
            told = any(claim.id == one.practitioner and claim.during.contains(one.during) for claim in claims)
            must(told, f"{one.practitioner} is busy at {one.during.start}, and nothing says so")
        return f"{len(from_now)} visits, {len(claims)} busy times"


async def confirmed(open_desk: Open) -> str:
    """A visit is marked as confirmed there, once."""
    async with open_desk(USUAL) as desk:
        assert isinstance(desk.connector, ConfirmsVisits)
        visit = await desk.booked((await desk.slots())[0], await desk.patient())
        for _ in range(2):
            now = await desk.connector.confirm(visit)
            must(isinstance(now, Appointment) and now.status.takes_time, f"it came back as {now}")
        must(desk.ours()[visit].confirmed, "the book does not show it as confirmed")
        return "marked in the book"


async def marked(open_desk: Open) -> str:
    """Arrivals and no-shows are written there, and those of staff are read back."""
    async with open_desk(USUAL) as desk:
        assert isinstance(desk.connector, MarksVisits)
        slots = await desk.slots()
        first = await desk.booked(slots[0], await desk.patient())
        later = next(one for one in await desk.slots() if not one.during.overlaps(slots[0].during))
        second = await desk.booked(later, await desk.patient())
        desk.hands.turn(slots[0].during.start - desk.hands.now() + timedelta(minutes=1))
        came = await desk.connector.mark(first, Came.ARRIVED)
        arrived = isinstance(came, Appointment) and came.status in {Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED}
        must(arrived, f"after it was marked as arrived it is read as {came}")
        desk.hands.turn(later.during.end - desk.hands.now() + timedelta(minutes=1))
        missed = await desk.connector.mark(second, Came.MISSED)
        must(isinstance(missed, Appointment) and missed.status is Status.NOSHOW, f"a no-show is read as {missed}")
        return "arrived and missed, written and read"


async def staff_mark(open_desk: Open) -> str:
    """That a patient came is read, where staff noted it."""
    async with open_desk(USUAL) as desk:
        slots = await desk.slots()
        visit = await desk.booked(slots[0], await desk.patient())
        desk.hands.turn(slots[0].during.start - desk.hands.now() + timedelta(minutes=1))
        desk.peer.mark(str(visit), Came.ARRIVED)
        now = await desk.system.read(visit)
        status = now.status if isinstance(now, Appointment) else None
        must(status in {Status.ARRIVED, Status.CHECKED_IN, Status.FULFILLED}, f"an arrival is read as {status}")
        return f"read as {status.value if status else ''}"


async def noted(open_desk: Open) -> str:
    """A line is added to a visit's note once, and what stood there stays."""
    async with open_desk(USUAL) as desk:
        assert isinstance(desk.connector, TakesNotes)
        visit = await desk.booked((await desk.slots())[0], await desk.patient())
        before = desk.ours()[visit].note
        for _ in range(2):
            must(await desk.connector.add_note(visit, "Comes with a wheelchair", key="n1"), "the visit was not found")
        note = desk.ours()[visit].note
        must(note.count("wheelchair") == 1, f"the line stands {note.count('wheelchair')} times")
        must(before in note, "what stood there before is gone")
        must(not await desk.connector.add_note(AppointmentId("999999999"), "x", key="n2"), "a missing visit was noted")
        return "added once"


async def changes_are_told(open_desk: Open) -> str:
    """What staff book, move and cancel is told since the last time; asked anew with the same mark nothing is lost."""
    async with open_desk(USUAL) as desk:
        assert isinstance(desk.connector, TellsChanges)
        slots = await desk.slots()
        apart = [slots[0]]
        for one in slots:
            if not any(one.during.overlaps(other.during) for other in apart):
                apart.append(one)
        mine = await desk.booked(apart[0], await desk.patient())
        gone = await desk.booked(apart[1], await desk.patient())
        begin = await desk.connector.changes(None)
        desk.hands.turn(timedelta(minutes=3))
        new = desk.peer.book(apart[2])
        desk.peer.cancel(str(gone))
        moved = desk.peer.move(str(mine), apart[3])
        desk.hands.turn(timedelta(minutes=3))
        told = await desk.connector.changes(begin.next)
        again = await desk.connector.changes(begin.next)
        for one_time in (told, again):
            seen = {str(one.id): one for one in one_time.visits}
            must(str(new) in seen, "a visit that staff booked is not told")
            out = str(gone) in map(str, one_time.gone) or (str(gone) in seen and not seen[str(gone)].status.takes_time)
            must(out, "a visit that staff cancelled is not told")
            must(not moved or str(mine) in {*seen, *map(str, one_time.gone)}, "a visit that staff moved is not told")
        quiet = await desk.connector.changes((await desk.connector.changes(told.next)).next)
        must(len(quiet.visits) <= len(told.visits), "what was told is told ever more")
        return f"{len(told.visits)} changes, asked twice"


async def notices_are_heard(open_desk: Open) -> str:
    """A notice says what changed; a forged one, or one of long ago, is refused."""
    async with open_desk(USUAL) as desk:
        assert isinstance(desk.connector, HearsNotices)
        await desk.peer.notices(URL)
        slots = await desk.slots()
        visit = desk.peer.book(slots[0])
        desk.hands.turn(timedelta(minutes=6))
        posts = await desk.peer.notices(URL)
        must(bool(posts), "no notice came of a visit that staff booked")
        told = [one for post in posts for one in desk.connector.hear(post)]
        about = {str(id) for one in told for id in one.visits}
        must(any(one.everything for one in told) or str(visit) in about, f"the notices speak of {sorted(about)}")
        twice = [one.id for post in posts for one in desk.connector.hear(post)]
        must(twice == [one.id for one in told], "a notice that comes twice has another id")
        for forged in _forged(posts[0]):
            try:
                heard = desk.connector.hear(forged)
            except Refused:
                continue
            must(not heard or not _signed(posts[0]), "a forged notice was heard")
        return f"{len(posts)} heard, forged ones refused"


def _signed(notice: Notice) -> bool:
    return any("signature" in name for name in notice.headers)


def _forged(notice: Notice) -> list[Notice]:
    bare = {name: value for name, value in notice.headers.items() if "signature" not in name}
    other = {name: (value[::-1] if "signature" in name else value) for name, value in notice.headers.items()}
    return [
        replace(notice, body=notice.body.replace(b"1", b"2")),
        replace(notice, headers=bare),
        replace(notice, headers=other),
    ]


@dataclass
class Turns:
    """The vendor's pace on the trial's own clock. Implements `ports.Budget`."""

    hands: Hands
    every: timedelta
    free_at: datetime = MONDAY

    async def acquire(self) -> None:
        """Come back when it is our turn."""
        turn = max(self.free_at, self.hands.now())
        self.free_at = turn + self.every
        await self.hands.wait(turn - self.hands.now())


def _paced(hands: Hands, manifest: Manifest) -> Budget:
    slowest = max((limit.within / limit.requests for limit in manifest.limits), default=timedelta(0))
    return Turns(hands, slowest)


async def within_the_limits(open_desk: Open) -> str:
    """At the pace that the manifest names the vendor's limits are never met."""
    async with open_desk(Setting(now=MONDAY, budget=_paced)) as desk:
        for _ in range(3):
            slots = await desk.slots()
            person = await desk.patient()
            visit = await desk.booked(slots[0], person)
            await desk.cancel(visit, person)
        await well(desk)
        pace = ", ".join(f"{one.requests} in {one.within.total_seconds():g} s" for one in desk.manifest.limits)
        return pace or "the manifest names no limit"


async def asked_to_wait(open_desk: Open) -> str:
    """Where the vendor asks us to wait once, we wait and go on."""
    async with open_desk(USUAL) as desk:
        slots, person = await desk.slots(), await desk.patient()
        desk.peer.faults.plan(TooMany(retry_after=1))
        outcome = await desk.book(slots[0], person)
        must(isinstance(outcome, Stands | Fault), f"it came to {type(outcome).__name__}")
        await well(desk)
        must(len(desk.ours()) == 1, "the visit was not booked in the end")
        return "waited and booked"


A = Ability
BOOKED = (A.FIND_SLOTS, A.BOOK)
CHECKS: tuple[Check, ...] = (
    check("the catalogue lists what is mapped", everything_mapped_is_listed, A.CATALOGUE),
    check("busy times are told", busy_times_are_told, A.BUSY),
    check("a visit is confirmed", confirmed, A.CONFIRM, needs=BOOKED),
    check("arrivals and no-shows are marked", marked, A.ARRIVAL, needs=BOOKED),
    check("an arrival that staff noted is read", staff_mark, A.BOOK, needs=(A.FIND_SLOTS,)),
    check("a note is added once", noted, A.NOTE, needs=BOOKED),
    check("changes are told, none lost", changes_are_told, A.CHANGES, needs=BOOKED),
    check("notices are heard, forged ones refused", notices_are_heard, A.NOTICES, needs=(A.FIND_SLOTS,)),
    check("within the vendor's limits", within_the_limits, A.BOOK, needs=(A.FIND_SLOTS, A.CANCEL)),
    check("asked to wait, it waits", asked_to_wait, A.BOOK, needs=(A.FIND_SLOTS,)),
)
