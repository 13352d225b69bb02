"""Open Dental's own words over HTTP: signs, sends, pages, and raises faults. Knows no Appointment of ours.

Source of every call: the page of its resource in Open Dental's API manual (Appointments, Schedules, Operatories,
AppointmentTypes, Clinics, Providers, Patients, Documents, Carriers, InsPlans, InsSubs, PatPlans) and Implementation.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from frontdesk.domain.faults import Impossible
from frontdesk.ports.faults import OutcomeUnknown
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.request import Does, Request
from frontdesk.wire.together import together

REMOTE = "https://api.opendental.com/api/v1"
"""The vendor's relay: it passes a call on to the office that the customer key names."""
PAGE = 100
"""Rows of a full page; the local API may send more of them at once, never fewer while there are more."""
_READS = 20.0
_ACTS = 65.0  # seconds; the relay gives up after 60 and says so, which is worth waiting for


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """The developer's key and the office's; together they sign every call."""

    developer: str = field(repr=False)
    customer: str = field(repr=False)

    def __post_init__(self) -> None:
        for name, key in (("developer", self.developer), ("customer", self.customer)):
            if not (key.isascii() and key.isprintable()) or not key or " " in key or "/" in key:
                raise Impossible(f"systems.opendental.{name}_key must be one word of plain letters and digits.")

    def is_of_office(self, key: str) -> bool:
        """Whether it is the office's key. The comparison takes as long for any other key."""
        return hmac.compare_digest(self.customer.encode(), key.encode())


class Client:
    """Asks one office. `at_once`: into how many stretches a long range of days is cut, to be read side by side."""

    def __init__(self, http: HttpClient, keys: Keys, *, at_once: int = 1) -> None:
        self._http = http
        self._at_once = at_once
        self._headers = {
            "Authorization": f"ODFHIR {keys.developer}/{keys.customer}",
            "Content-Type": "application/json",
        }

    async def close(self) -> None:
        """Part from the office."""
        await self._http.close()

    async def appointments(self, first: date, last: date) -> list[Foreign]:
        """Every row of the appointment book from the first day to the last, both included."""
        return await self._days("/appointments", first, last, *_APPOINTMENT)

    async def appointments_of(
        self, pat_num: int, *, first: date | None = None, last: date | None = None
    ) -> list[Foreign]:
        """Every row of one patient, whatever its status."""
        days = {"dateStart": f"{first}", "dateEnd": f"{last}"} if first and last else {}
        return await self._list("/appointments", {"PatNum": str(pat_num), **days}, *_APPOINTMENT)

    async def appointment(self, apt_num: int) -> Foreign | None:
        """One row; None where there is none."""
        return await self._one("/appointments/{AptNum}", apt_num, *_APPOINTMENT)

    async def changed_appointments(self, since: str) -> list[Foreign]:
        """Every row that was changed after that second of the office's clock; deleted ones are told nowhere."""
        return await self._list("/appointments", {"DateTStamp": since}, *_APPOINTMENT)

    async def schedules(self, first: date, last: date) -> list[Foreign]:
        """Hours, blockouts and holidays from the first day to the last, both included."""
        return await self._days("/schedules", first, last, "schedule", "ScheduleNum")

    async def operatories(self) -> list[Foreign]:
        """Every operatory, hidden ones too."""
        return await self._list("/operatories", {}, "operatory", "OperatoryNum")

    async def appointment_types(self) -> list[Foreign]:
        """Every appointment type, hidden ones too."""
        return await self._list("/appointmenttypes", {}, "appointment type", "AppointmentTypeNum")

    async def clinics(self) -> list[Foreign]:
        """Every clinic; none where the office does not use the Clinics feature."""
        return await self._list("/clinics", {}, "clinic", "ClinicNum")

    async def providers(self) -> list[Foreign]:
        """Every provider, hidden ones too."""
        return await self._list("/providers", {}, "provider", "ProvNum")

    async def carriers(self) -> list[Foreign]:
        """Every insurance company the office knows."""
        return await self._list("/carriers", {}, "carrier", "CarrierNum")

    async def patients(self, filters: Mapping[str, str]) -> list[Foreign]:
        """The patients that the window Select Patient would show for these filters."""
        return await self._list("/patients", filters, "patient", "PatNum")

    async def patient(self, pat_num: int) -> Foreign | None:
        """One patient's row; None where there is none."""
        return await self._one("/patients/{PatNum}", pat_num, "patient", "PatNum")

    async def create_patient(self, fields: Mapping[str, object]) -> int:
        """The PatNum of a new patient. Raises: OutcomeUnknown (there may be one now)."""
        return await self._created("/patients", fields, "patient", "PatNum")

    async def update_patient(self, pat_num: int, fields: Mapping[str, object]) -> None:
        """Change these fields of a patient; the others stay."""
        await self._act("/patients/{PatNum}", pat_num, fields)

    async def documents(self, pat_num: int) -> list[Foreign]:
        """What is in a patient's images folder: documents, and mounts, which have no DocNum of their own."""
        return await self._list("/documents", {"PatNum": str(pat_num)}, "document", "DocNum", "MountNum")

    async def upload(self, fields: Mapping[str, object]) -> int:
        """The DocNum of a new document. Raises: OutcomeUnknown (there may be one now)."""
        return await self._created("/documents/Upload", fields, "document", "DocNum")

    async def plans(self, carrier_num: int) -> list[Foreign]:
        """The insurance plans of one carrier; an office before 24.2.11 sends those of all."""
        filters = {"CarrierNum": str(carrier_num)}
        rows = await self._list("/insplans", filters, "insurance plan", "PlanNum")
        return [row for row in rows if row.integer("CarrierNum") == carrier_num]

    async def subscriptions(self, pat_num: int) -> list[Foreign]:
        """The plans that a patient has subscribed to."""
        return await self._list("/inssubs", {"Subscriber": str(pat_num)}, "insurance subscription", "InsSubNum")

    async def coverages(self, pat_num: int) -> list[Foreign]:
        """What covers a patient: one row for each insurance, their own or of whoever they are insured with."""
        return await self._list("/patplans", {"PatNum": str(pat_num)}, "coverage", "PatPlanNum")

    async def create_insurance(self, kind: str, fields: Mapping[str, object], id: str) -> int:
        """The number of a new "insplans", "inssubs" or "patplans". Raises: OutcomeUnknown (there may be one now)."""
        return await self._created(f"/{kind}", fields, kind, id)

    async def create_appointment(self, fields: Mapping[str, object]) -> int:
        """The AptNum of a new row of the book. Raises: OutcomeUnknown (there may be one now).

        Open Dental promises no look for an overlap, so that is the caller's.
        """
        return await self._created("/appointments", fields, "appointment", "AptNum")

    async def update_appointment(self, apt_num: int, fields: Mapping[str, object]) -> None:
        """Change these fields of a row; the others stay. A Note overwrites the one that stands there."""
        await self._act("/appointments/{AptNum}", apt_num, fields)

    async def confirm_appointment(self, apt_num: int) -> None:
        """Give a row the confirmation that the office has chosen for "Confirmed" in its eServices setup."""
        await self._act("/appointments/{AptNum}/Confirm", apt_num, {"confirmVal": "Confirmed"})

    async def break_appointment(self, apt_num: int) -> None:
        """Take a Scheduled row off the book, onto the Unscheduled List.

        No breakType is sent: it is refused unless the office has chosen a procedure for broken appointments.
        """
        await self._act("/appointments/{AptNum}/Break", apt_num, {"sendToUnscheduledList": "true"})

    async def miss_appointment(self, apt_num: int, *, procedure: bool) -> None:
        """Leave a Scheduled row on the book as broken. `procedure`: with that of a missed visit (D9986)."""
        missed = {"breakType": "Missed"} if procedure else {}
        await self._act("/appointments/{AptNum}/Break", apt_num, {"sendToUnscheduledList": "false", **missed})

    async def add_note(self, apt_num: int, note: str) -> None:
        """Add a line to the note of a row."""
        await self._act("/appointments/{AptNum}/Note", apt_num, {"Note": note})

    async def _act(self, path: str, number: int, fields: Mapping[str, object]) -> None:
        ids = {"AptNum": str(number), "PatNum": str(number)}
        await self._http.send(
            Request(method="PUT", path=path, ids=ids, headers=self._headers, json=fields, does=Does.ACTS, seconds=_ACTS)
        )

    async def _one(self, path: str, number: int, what: str, id: str) -> Foreign | None:
        request = Request(
            method="GET",
            path=path,
            ids={id: str(number)},
            headers=self._headers,
            does=Does.READS,
            answers=frozenset({404}),
            seconds=_READS,
        )
        answer = await self._http.send(request)
        return None if answer.status == 404 else Foreign.of(answer.json, what=what, id=id)

    async def _created(self, path: str, fields: Mapping[str, object], what: str, id: str) -> int:
        request = Request(method="POST", path=path, headers=self._headers, json=fields, does=Does.ACTS, seconds=_ACTS)
        answer = await self._http.send(request)
        try:
            return Foreign.of(answer.json, what=what, id=id).integer(id)
        except Unreadable:
            raise OutcomeUnknown(f"Open Dental took POST {path}, and its answer names no {id}.") from None

    async def _days(self, path: str, first: date, last: date, what: str, id: str) -> list[Foreign]:
        """The rows of a range of days, its stretches read side by side."""
        parts = await together(
            *(
                self._list(path, {"dateStart": f"{begin}", "dateEnd": f"{end}"}, what, id)
                for begin, end in _stretches(first, last, self._at_once)
            )
        )
        return [row for part in parts for row in part]

    async def _list(self, path: str, filters: Mapping[str, str], what: str, *ids: str) -> list[Foreign]:
        """All rows, page by page, each once: a row that moves while pages are turned may come twice."""
        rows: dict[tuple[int, ...], Foreign] = {}
        read = 0
        while True:
            paged = {**filters, "Offset": str(read)} if read else filters
            request = Request(
                method="GET", path=path, query=paged, headers=self._headers, does=Does.READS, seconds=_READS
            )
            page = Foreign.list_of((await self._http.send(request)).json, what=what, id=ids[0])
            numbered = {tuple(row.integer(id) for id in ids): row for row in page}
            if page and numbered.keys() <= rows.keys():
                raise Unreadable(what, "the list", f"begins anew after {read} rows")
            rows |= {key: row for key, row in numbered.items() if key not in rows}
            read += len(page)
            if len(page) < PAGE:
                return list(rows.values())


async def made(create: Awaitable[int], look: Callable[[], Awaitable[int | None]]) -> int:
    """The number of what was created; where the answer was lost, that of what is there.

    Raises: OutcomeUnknown (nothing is there yet, and it may still come), and whatever else the two raise.
    """
    try:
        return await create
    except OutcomeUnknown:
        found = await look()
        if found is None:
            raise
        return found


_APPOINTMENT = ("appointment", "AptNum")


def _stretches(first: date, last: date, most: int) -> list[tuple[date, date]]:
    """The days cut into at most so many stretches of three days or more."""
    days = (last - first).days + 1
    count = max(1, min(most, days // 3))
    edges = [first + timedelta(days=days * number // count) for number in range(count + 1)]
    return [(begin, end - timedelta(days=1)) for begin, end in pairwise(edges)]
