"""athenaOne's own words over HTTP: bears a token, sends forms, pages, and raises faults. Knows no Appointment of ours.

Source of every call: athenahealth's API reference, as published SDKs transcribe and record it. Days are written
mm/dd/yyyy, bodies are forms, and a single row comes as a list of one.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, timedelta
from enum import Enum

from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.systems.athenahealth.tokens import Tokens
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.request import Answer, Does, Request
from frontdesk.wire.together import together

PRODUCTION = "https://api.platform.athenahealth.com"
NAME = "athenaOne"
PAGE = 5000
"""Rows asked for at a time; open slots come by 10,000 at most, other lists by 5,000."""
WEEK = 7
"""Days of open slots in one question; more days are asked for side by side."""
_READS, _ACTS = 20.0, 30.0  # seconds
_OVER_RATE = 1.0  # seconds; the gateway turns calls away by 403 as well as by 429

_APPOINTMENT = ("appointment", "appointmentid")
_PATIENT = ("patient", "patientid")


class Did(Enum):
    """What became of a change: it was taken, or what it was for is not, or not any more, as it must be for that."""

    DONE = "done"
    NOT_SO = "not so"


class Client:
    """Asks one practice. `practice` is its number; `page` how many rows are asked for at a time."""

    def __init__(
        self,
        http: HttpClient,
        tokens: Tokens,
        *,
        practice: int,
        page: int = PAGE,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http
        self._tokens = tokens
        self._practice = str(practice)
        self._page = page
        self._pause = pause

    async def close(self) -> None:
        """Part from athenaOne."""
        await self._http.close()

    async def departments(self) -> list[Foreign]:
        """Every department, those hidden in the portal too."""
        return await self._list("/departments", {"showalldepartments": "true"}, ("department", "departmentid"))

    async def providers(self) -> list[Foreign]:
        """Every provider; some are no persons but rooms and devices."""
        return await self._list("/providers", {}, ("provider", "providerid"))

    async def appointment_types(self) -> list[Foreign]:
        """Every appointment type that is for patients."""
        return await self._list("/appointmenttypes", {}, ("appointment type", "appointmenttypeid"))

    async def reasons(self, department: int, provider: int) -> list[Foreign]:
        """What patients may choose at one department with one provider."""
        query = {"departmentid": str(department), "providerid": str(provider)}
        return await self._list("/patientappointmentreasons", query, ("reason", "reasonid"))

    async def open_slots(
        self, first: date, last: date, *, departments: Sequence[int], providers: Sequence[int], which: Mapping[str, str]
    ) -> list[Foreign]:
        """Open slots from the first day to the last, both included, as far as the web may schedule them.

        `which` is the `reasonid` or the `appointmenttypeid`: without either the list would be empty.
        """
        days = (last - first).days
        asked = {
            "departmentid": ",".join(map(str, departments)),
            "providerid": ",".join(map(str, providers)),
            **which,
        }
        parts = await together(
            *(
                self._list(
                    "/appointments/open",
                    {**asked, "startdate": us(begin), "enddate": us(min(begin + timedelta(days=WEEK - 1), last))},
                    _APPOINTMENT,
                )
                for begin in (first + timedelta(days=day) for day in range(0, days + 1, WEEK))
            )
        )
        return [row for part in parts for row in part]

    async def booked(self, first: date, last: date, *, department: int) -> list[Foreign]:
        """Visits of a department that stand, from the first day to the last, both included."""
        return await self._booked(first, last, {"departmentid": str(department)})

    async def modified(self, first: date, last: date, *, department: int, since: str | None) -> list[Foreign]:
        """The same, with cancelled ones; those alone that were changed since mm/dd/yyyy hh:mi:ss, where it is given."""
        changed = {"startlastmodified": since} if since else {}
        return await self._booked(first, last, {"departmentid": str(department), "showcancelled": "true", **changed})

    async def appointment(self, number: int) -> Foreign | None:
        """One slot or visit; None where there is none."""
        return await self._one("/appointments/{appointmentid}", {"appointmentid": str(number)}, {}, _APPOINTMENT)

    async def appointments_of(
        self, patient: int, *, first: date | None = None, last: date | None = None
    ) -> list[Foreign]:
        """Every visit of a patient, past and cancelled ones too. [] for a number that is no patient."""
        days = {"startdate": us(first), "enddate": us(last)} if first and last else {}
        shown = {"showpast": "true", "showcancelled": "true", **days}
        path, ids = "/patients/{patientid}/appointments", {"patientid": str(patient)}
        return await self._pages(path, shown, _APPOINTMENT, ids) or []

    async def book(self, number: int, fields: Mapping[str, str]) -> Did:
        """Book an open slot. NOT_SO: it is booked, gone, or not for the web; the answer does not say which."""
        return await self._change("PUT", "/appointments/{appointmentid}", number, fields, not_so=frozenset({404, 409}))

    async def reschedule(self, number: int, fields: Mapping[str, str]) -> Did:
        """Move a visit to the open slot `newappointmentid`; the new visit has that slot's number."""
        path = "/appointments/{appointmentid}/reschedule"
        return await self._change("PUT", path, number, fields, not_so=frozenset({404, 409}))

    async def cancel(self, number: int, fields: Mapping[str, str]) -> Did:
        """Cancel a visit. NOT_SO: it is cancelled already, or checked in."""
        path = "/appointments/{appointmentid}/cancel"
        return await self._change("PUT", path, number, fields, not_so=frozenset({404}))

    async def confirm(self, number: int, status: int) -> None:
        """Give a visit a confirmation status of the reference list."""
        path, fields = "/appointments/{appointmentid}/confirmationstatus", {"appointmentconfirmationid": str(status)}
        await self._change("PUT", path, number, fields, not_so=frozenset())

    async def start_check_in(self, number: int) -> Did:
        """Begin the check-in of a visit. NOT_SO: it has begun already, or cannot."""
        path = "/appointments/{appointmentid}/startcheckin"
        return await self._change("POST", path, number, {}, not_so=frozenset({404}))

    async def notes(self, number: int) -> list[Foreign]:
        """The notes of a visit."""
        return await self._short_list("/appointments/{appointmentid}/notes", {}, "note", "noteid", appointmentid=number)

    async def add_note(self, number: int, text: str) -> None:
        """Add a note to a visit, shown on the schedule."""
        fields = {"notetext": text, "displayonschedule": "true"}
        await self._change("POST", "/appointments/{appointmentid}/notes", number, fields, not_so=frozenset())

    async def cancel_reasons(self) -> list[Foreign]:
        """Why a visit may be cancelled; some mean that the patient did not come."""
        return await self._short_list("/appointmentcancelreasons", {}, "cancel reason", "appointmentcancelreasonid")

    async def confirmation_statuses(self) -> list[Foreign]:
        """What a visit's confirmation may stand at."""
        path = "/reference/appointmentconfirmationstatus"
        return await self._short_list(path, {}, "confirmation status", "statusid")

    async def patients(self, filters: Mapping[str, str]) -> list[Foreign]:
        """The patients that fit all filters, without balances, photographs and pharmacies."""
        spared = {"omitbalances": "true", "omitphotoinformation": "true", "omitdefaultpharmacy": "true"}
        return await self._list("/patients", {**filters, **spared}, _PATIENT)

    async def patient(self, number: int, **shows: str) -> Foreign | None:
        """One patient; None where there is none."""
        return await self._one("/patients/{patientid}", {"patientid": str(number)}, shows, _PATIENT)

    async def create_patient(self, fields: Mapping[str, str]) -> int:
        """The number of a new patient, or of the one that athenaOne itself took for the same.

        Raises: OutcomeUnknown (there may be one now).
        """
        answer = await self._ask("POST", "/patients", does=Does.ACTS, form=fields)
        try:
            return _first(answer, _PATIENT).integer("patientid")
        except Unreadable:
            raise OutcomeUnknown("athenaOne took POST /patients, and its answer names no patientid.") from None

    async def update_patient(self, number: int, fields: Mapping[str, str]) -> None:
        """Change what the fields name, and nothing else."""
        await self._ask("PUT", "/patients/{patientid}", does=Does.ACTS, ids={"patientid": str(number)}, form=fields)

    async def insurance_packages(self, name: str, member: str) -> list[Foreign]:
        """Insurances of a name like that; athenaOne lists them for a member's number only."""
        query = {"insuranceplanname": name, "memberid": member}
        return await self._short_list("/insurancepackages", query, "insurance package", "insurancepackageid")

    async def add_insurance(self, patient: int, fields: Mapping[str, str]) -> None:
        """Write an insurance to a patient's file."""
        path, ids = "/patients/{patientid}/insurances", {"patientid": str(patient)}
        await self._ask("POST", path, does=Does.ACTS, ids=ids, form=fields)

    async def _one(
        self, path: str, ids: Mapping[str, str], query: Mapping[str, str], named: tuple[str, str]
    ) -> Foreign | None:
        answer = await self._ask("GET", path, does=Does.READS, ids=ids, query=query, answers=frozenset({404}))
        if answer.status == 404:
            _check_missing(answer, path)
            return None
        return _first(answer, named)

    async def _change(
        self, method: str, path: str, number: int, fields: Mapping[str, str], *, not_so: frozenset[int]
    ) -> Did:
        ids = {"appointmentid": str(number)}
        answer = await self._ask(method, path, does=Does.ACTS, ids=ids, form=fields, answers=not_so)
        if answer.status == 404:
            _check_missing(answer, path)
        said = Foreign.of(answer.json, what="answer", id="id") if isinstance(answer.json, dict) else None
        if said is not None and said.has("success") and not said.yes("success"):
            return Did.NOT_SO
        return Did.NOT_SO if answer.status in not_so else Did.DONE

    async def _booked(self, first: date, last: date, which: Mapping[str, str]) -> list[Foreign]:
        asked = {**which, "startdate": us(first), "enddate": us(last), "showcopay": "false"}
        return await self._list("/appointments/booked", asked, _APPOINTMENT)

    async def _short_list(self, path: str, query: Mapping[str, str], what: str, id: str, **ids: int) -> list[Foreign]:
        """All rows of a list that is not documented to come in pages."""
        numbers = {name: str(number) for name, number in ids.items()}
        answer = await self._ask("GET", path, does=Does.READS, ids=numbers, query=query)
        return _page(answer.json, (what, id), 0)[0]

    async def _list(self, path: str, query: Mapping[str, str], named: tuple[str, str]) -> list[Foreign]:
        rows = await self._pages(path, query, named, {})
        if rows is None:
            raise Refused(f"{NAME} answered 404 to GET {path}. Check the numbers of departments and providers.")
        return rows

    async def _pages(
        self, path: str, query: Mapping[str, str], named: tuple[str, str], ids: Mapping[str, str]
    ) -> list[Foreign] | None:
        """All rows, page by page, each once: one that moves while pages are turned may come twice. None: 404."""
        rows: dict[int, Foreign] = {}
        read = 0
        while True:
            paged = {**query, "limit": str(self._page), "offset": str(read)}
            answer = await self._ask("GET", path, does=Does.READS, ids=ids, query=paged, answers=frozenset({404}))
            if answer.status == 404:
                _check_missing(answer, path)
                return None
            page, more = _page(answer.json, named, read)
            new = {row.integer(named[1]): row for row in page if row.integer(named[1]) not in rows}
            if page and not new:
                raise Unreadable(named[0], "the list", f"begins anew after {read} rows")
            rows |= new
            read += len(page)
            if not page or not more:
                return list(rows.values())

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        does: Does,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        answers: frozenset[int] = frozenset(),
    ) -> Answer:
        """One call; a second time where it was turned away at the door, for its token or for too many calls."""
        turned_away = Answer(status=0)
        for _ in range(2):
            token = await self._tokens.current()
            answer = await self._http.send(
                Request(
                    method=method,
                    path="/v1/{practiceid}" + path,
                    ids={"practiceid": self._practice, **(ids or {})},
                    query=query or {},
                    headers={"Authorization": f"Bearer {token}", "X-Request-Id": str(uuid.uuid4())},
                    form=form,
                    does=does,
                    answers=answers | {401, 403},
                    seconds=_READS if does is Does.READS else _ACTS,
                )
            )
            if answer.status == 401:
                self._tokens.refused(token)
            elif answer.status == 403:
                await self._pause(_OVER_RATE)
            else:
                return answer
            turned_away = answer
        if "over rate" in turned_away.words.casefold():
            raise Unreachable(f"{NAME} takes no more calls of this app for now; it was not asked.")
        raise NotPermitted(
            f"{NAME} answered {turned_away.status} to {method} {path}: the app is not allowed this. Some calls must be "
            "switched on for the practice; ask athenahealth for it, and check the keys."
        )


def us(day: date) -> str:
    """A day as athenaOne writes it."""
    return f"{day:%m/%d/%Y}"


def _page(raw: object, named: tuple[str, str], read: int) -> tuple[list[Foreign], bool]:
    """The rows of a page, and whether there are more. The one list in the answer is meant, whatever it is called."""
    if isinstance(raw, list):
        return Foreign.list_of(raw, what=named[0], id=named[1]), False
    whole = Foreign.of(raw, what=f"list of {named[0]}s", id="")
    lists = [value for value in whole.fields.values() if isinstance(value, list)]
    if len(lists) != 1:
        raise Unreadable(named[0], "the list", f"comes with {len(lists)} lists, and one was wanted")
    rows = Foreign.list_of(lists[0], what=named[0], id=named[1])
    total = whole.integer("totalcount") if whole.has("totalcount") else 0
    return rows, whole.has("next") or read + len(rows) < total


def _first(answer: Answer, named: tuple[str, str]) -> Foreign:
    """The row of an answer that is a list of one; in enterprises of several provider groups there may be more."""
    if isinstance(answer.json, list) and not answer.json:
        raise Unreadable(named[0], "the list", "is empty, and a row was wanted")
    return Foreign.of(answer.json[0] if isinstance(answer.json, list) else answer.json, what=named[0], id=named[1])


def _check_missing(answer: Answer, path: str) -> None:
    """That a 404 speaks of the row. Raises: NotPermitted (of the practice), Refused (of the address)."""
    if not isinstance(answer.json, dict):
        raise Refused(f"{NAME}'s gateway knows no {path}. Correct the address in its settings.")
    if answer.json.get("error") == "Invalid practice.":
        raise NotPermitted(f"{NAME} knows no practice of that number. Correct it in the settings.")
