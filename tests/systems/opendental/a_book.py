"""A small office on a real socket: what it keeps, and how it answers, after the published payloads."""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.clinic import ALEX, BOTOX, DANA, HAIR, NOW, ROOM_1, ROOM_2, a_practice, a_slot
from tests.systems.desk_parts import DeskCharts
from tests.wire.loopback import Asked, Loopback, NoLimit, Reply, Says, a_server

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.ports.system import Booked, Taken
from frontdesk.scheduling.slots import find_slots
from frontdesk.systems.opendental.numbers import Numbers, Provider
from frontdesk.systems.opendental.system import OpenDental, open_dental
from frontdesk.wire.foreign import Foreign

PAYLOADS = Path(__file__).parent / "payloads"
KEYS = {"developer_key": "dev1", "customer_key": "office1"}
NUMBERS = Numbers(
    practitioners={DANA: Provider(number=1), ALEX: Provider(number=2, hygienist=True)},
    rooms={ROOM_1: (5,), ROOM_2: (6,)},
    services={BOTOX: 3, HAIR: 4},
)
MARIA = Patient(
    id=PatientId(UUID(int=147)), given="Maria", family="Gonzalez", phone="+15125550147", email="maria@example.com"
)

Row = dict[str, Any]
NUMBERED = {"documents": "DocNum", "insplans": "PlanNum", "inssubs": "InsSubNum", "patplans": "PatPlanNum"}


def payload(name: str) -> Any:
    """A published shape with invented people in it."""
    return json.loads((PAYLOADS / f"{name}.json").read_text())


def a_row(**fields: object) -> Row:
    """A row of the book: Thursday May 28 at 10, half an hour, Dana in Room 1, unless said otherwise."""
    return payload("appointment") | fields


def a_schedule(**fields: object) -> Row:
    """Dana at work in Room 1 on Thursday May 28 from 9 to 20, unless said otherwise."""
    return payload("schedules")[2] | fields


def visits_of(*rows: Row) -> list[Foreign]:
    return Foreign.list_of(list(rows), what="appointment", id="AptNum")


def schedules_of(*rows: Row) -> list[Foreign]:
    return Foreign.list_of(list(rows), what="schedule", id="ScheduleNum")


def operatories() -> list[Foreign]:
    return Foreign.list_of(payload("operatories"), what="operatory", id="OperatoryNum")


def types(*rows: Row) -> list[Foreign]:
    listed = list(rows) or payload("appointmenttypes")
    return Foreign.list_of(listed, what="appointment type", id="AppointmentTypeNum")


@dataclass
class SetClock:
    """Shows what it was set to."""

    shows: datetime = NOW

    def now(self) -> datetime:
        return self.shows


Fault = Callable[[Asked], Reply | None]


@dataclass
class Book:
    """An office's book. `before` may answer in place of it; `after` sees what it did and may spoil the answer."""

    appointments: list[Row] = field(default_factory=list)
    patients: list[Row] = field(default_factory=list)
    schedules: list[Row] = field(default_factory=lambda: list(every_day()))
    operatories: list[Row] = field(default_factory=lambda: payload("operatories"))
    types: list[Row] = field(default_factory=lambda: payload("appointmenttypes"))
    lists: dict[str, list[Row]] = field(default_factory=dict)
    """Further tables by their path, such as "carriers"."""
    breaks_by_procedure: bool = False
    """Whether the office has chosen a procedure for broken appointments."""
    shows: str = "2026-05-26 21:48:00"
    """The clock on the office's wall."""
    before: Fault = lambda _: None
    after: Fault = lambda _: None
    seconds: float = 0

    def answers(self, asked: Asked) -> Reply:
        """What the office says."""
        instead = self.before(asked)
        if instead is not None:
            return instead
        reply = self._done(asked)
        return self.after(asked) or reply

    def row(self, number: int) -> Row:
        """The row of that number."""
        return next(row for row in self.appointments if row["AptNum"] == number)

    def standing(self) -> list[Row]:
        """What is on the book."""
        return [row for row in self.appointments if row["AptStatus"] == "Scheduled"]

    def enter(self, **fields: object) -> Row:
        """A row entered by somebody, with the next number."""
        number = max([9020, *(row["AptNum"] for row in self.appointments)]) + 1
        row = a_row(**{"AptNum": number, "SecDateTEntry": f"2026-05-26 21:47:{number % 60:02}", **fields})
        self.appointments.append(row)
        return row

    def _done(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "ODFHIR dev1/office1":
            return Says(status=401, body=b"The key is not known here.")
        match asked.method, asked.path.removeprefix("/api/v1"):
            case "GET", "/appointments":
                return self._page(asked, [row for row in self.appointments if _fits(row, asked.query)])
            case "GET", "/schedules":
                first, last = asked.query["dateStart"], asked.query["dateEnd"]
                return self._page(asked, [row for row in self.schedules if first <= row["SchedDate"] <= last])
            case "GET", "/operatories":
                return self._page(asked, self.operatories)
            case "GET", "/appointmenttypes":
                return self._page(asked, self.types)
            case "GET", "/clinics" | "/providers" | "/carriers" | "/documents" | "/insplans" | "/inssubs" | "/patplans":
                return self._page(asked, self.lists.get(asked.path.rpartition("/")[2], []))
            case "POST", "/documents/Upload" | "/insplans" | "/inssubs" | "/patplans":
                return Says(status=201, body=self._added(asked))
            case "GET", "/patients":
                return self._page(asked, [row for row in self.patients if _is_found(row, asked.query)])
            case "POST", "/patients":
                number = max([500, *(row["PatNum"] for row in self.patients)]) + 1
                self.patients.append(
                    payload("patient") | {"WirelessPhone": "", "Email": "", **asked.json, "PatNum": number}
                )
                return Says(status=201, body=self.patients[-1])
            case "POST", "/appointments":
                return Says(status=201, body=self.enter(**asked.json))
            case method, path:
                return self._one(method, path, asked)

    def _added(self, asked: Asked) -> Row:
        table = asked.path.removeprefix("/api/v1/").removesuffix("/Upload")
        rows = self.lists.setdefault(table, [])
        mount = {"MountNum": 0} if table == "documents" else {}
        rows.append({**asked.json, **mount, NUMBERED[table]: len(rows) + 1})
        return rows[-1]

    def _patient(self, number: int, asked: Asked) -> Reply:
        found = [row for row in self.patients if row["PatNum"] == number]
        if not found:
            return Says(status=404, body=b"Patient not found")
        if asked.method == "PUT":
            found[0].update(asked.json)
        return Says(body=found[0])

    def _one(self, method: str, path: str, asked: Asked) -> Reply:
        if chart := re.fullmatch(r"/patients/(\d+)", path):
            return self._patient(int(chart[1]), asked)
        named = re.fullmatch(r"/appointments/(\d+)(/Break|/Note|/Confirm)?", path)
        found = [row for row in self.appointments if named and row["AptNum"] == int(named[1])]
        if not named or not found:
            return Says(status=404, body=b"Appointment not found")
        match method, named[2]:
            case "GET", None:
                return Says(body=found[0])
            case "PUT", "/Break" if found[0]["AptStatus"] != "Scheduled":
                return Says(status=400, body=b"Only scheduled appointments can be broken.")
            case "PUT", "/Break" if "breakType" in asked.json and not self.breaks_by_procedure:
                return Says(status=400, body=b"breakType requires a broken appointment procedure type.")
            case "PUT", None:
                arrived = asked.json.get("DateTimeArrived")
                day = found[0]["AptDateTime"][:10]
                times = {"DateTimeArrived": f"{day} {arrived}"} if arrived else {}
                found[0].update({**asked.json, **times, "DateTStamp": self.shows})
                return Says(body=found[0])
            case "PUT", "/Confirm":
                found[0].update({"Confirmed": 21, "confirmed": "Appointment Confirmed"})
                return Says()
            case "PUT", "/Break":
                found[0]["AptStatus"] = "UnschedList" if asked.json["sendToUnscheduledList"] == "true" else "Broken"
                return Says()
            case "PUT", "/Note":
                found[0]["Note"] = f"{found[0]['Note']}\n{asked.json['Note']}".strip()
                return Says()
            case _:
                return Says(status=404)

    def _page(self, asked: Asked, rows: list[Row]) -> Reply:
        offset = int(asked.query.get("Offset", 0))
        return Says(body=rows[offset : offset + 100], seconds=self.seconds)


def every_day(days: int = 30) -> Iterator[Row]:
    """Dana in Room 1 and Alex in Room 2, 9 to 20, each day from May 26, 2026."""
    for number in range(days):
        day = f"{date(2026, 5, 26) + timedelta(days=number)}"
        yield a_schedule(ScheduleNum=str(2 * number + 1), SchedDate=day)
        yield a_schedule(ScheduleNum=str(2 * number + 2), SchedDate=day, ProvNum="2", operatories="6")


def _fits(row: Row, query: dict[str, str]) -> bool:
    day = row["AptDateTime"][:10]
    if row.get("DateTStamp", "") < query.get("DateTStamp", ""):
        return False
    return query.get("dateStart", day) <= day <= query.get("dateEnd", day) and (
        query.get("PatNum", str(row["PatNum"])) == str(row["PatNum"])
    )


def _is_found(row: Row, query: dict[str, str]) -> bool:
    phones = [re.sub(r"\D", "", str(row[name])) for name in ("HmPhone", "WkPhone", "WirelessPhone")]
    if row["PatStatus"] == "Archived" and query.get("showArchived") != "true":
        return False
    return all(
        query["Phone"] in phones if name == "Phone" else row[name].lower().startswith(wanted.lower())
        for name, wanted in query.items()
        if name not in {"Offset", "showArchived"}
    )


@dataclass
class Office:
    """A desk beside an office."""

    book: Book
    system: OpenDental
    charts: DeskCharts
    clock: SetClock
    server: Loopback

    def asked(self, method: str, path: str) -> int:
        """How often the office was asked that."""
        return sum(
            one.method == method and re.fullmatch(f"/api/v1{path}", one.path) is not None for one in self.server.asked
        )


@asynccontextmanager
async def an_office(
    book: Book | None = None,
    *,
    practice: Practice | None = None,
    numbers: Numbers = NUMBERS,
    budget: NoLimit | None = None,
) -> AsyncIterator[Office]:
    """A desk connected to an office with that book."""
    book, charts, clock = book or Book(), DeskCharts(MARIA), SetClock()

    async def read_practice() -> Practice:
        return practice or a_practice()

    async with a_server(book.answers) as server:
        system = open_dental(
            {**KEYS, "address": server.address + "/api/v1"},
            numbers,
            budget=budget or NoLimit(),
            practice=read_practice,
            charts=charts,
            free_times=find_slots,
            clock=clock,
        )
        try:
            yield Office(book=book, system=system, charts=charts, clock=clock, server=server)
        finally:
            await system.close()


def once(method: str, path: str, reply: Reply) -> Fault:
    """That reply to the first such request, and none of it later."""
    left = [reply]

    def answer(asked: Asked) -> Reply | None:
        here = asked.method == method and re.fullmatch(f"/api/v1{path}", asked.path)
        return left.pop() if here and left else None

    return answer


def a_known_office(**rest: object) -> Book:
    """An office that has Maria's chart already."""
    return Book(patients=[payload("patient")], **rest)


async def book(office: Office, slot: Slot | None = None, *, key: str = "book:1") -> Booked | Taken:
    return await office.system.book(slot or a_slot(), patient=MARIA.id, key=key, held=None)
