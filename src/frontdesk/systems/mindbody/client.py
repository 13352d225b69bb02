"""Mindbody's own words over HTTP: bears a token, sends, pages, and raises faults. Knows no Appointment of ours.

Source of every call: Mindbody's Public API v6 as its official SDK of December 2025 has it. Lists of numbers are sent as
repeated parameters, which is concluded and not published.
"""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.systems.mindbody.tokens import Login, Tokens
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.request import Answer, Does, Query, Request
from frontdesk.wire.together import together

PRODUCTION = "https://api.mindbodyonline.com/public/v6"
NAME = "Mindbody"
PAGE = 200
"""The most rows that a page may have; 100 come where nothing is said."""
AT_ONCE = 8
"""Questions side by side. The vendor names no figure; the HTTP client has ten connections."""
WEEK = 7
"""Days of bookable times in one question, since the vendor calls wide ranges slow; more are asked for side by side."""
MOST_IDS = 20
"""Clients that may be asked for by number at once."""
_ACTS = 30.0  # seconds
_TRIES = 2  # of a list that changes while its pages are turned

SLOT_GONE = frozenset(
    {
        "InvalidBookingTime",
        "SchedulingRestrictionsViolated",
        "SchedulingWindowViolated",
        "ClientIsAlreadyBooked",
        "InvalidResource",
    }
)
"""What a time that cannot be had any more may be refused with; which conflict has which code is not published."""
_NOT_ALLOWED = frozenset(
    {
        "DeniedAccess",
        "InvalidLoginCredentials",
        "InvalidPermissionConfiguration",
        "InvalidSiteId",
        "InvalidSourceCredentials",
        "InvalidStaffCredentials",
        "InvalidUserAccessLevel",
        "InvalidUserCredentials",
    }
)
_NOT_NOW = "TooManyRequests"
_IN_TROUBLE = frozenset({"SQLDBMaintenance", "Unknown"})
_CODE = re.compile(r"[A-Za-z]{1,60}")

Named = tuple[str, str]
_APPOINTMENT: Named = ("appointment", "Id")
_CLIENT: Named = ("client", "UniqueId")
Key = Callable[[Foreign], Hashable]


@dataclass(frozen=True, kw_only=True, slots=True)
class No:
    """It will not, for a reason that was to be expected: one of SLOT_GONE."""

    code: str


class Client:
    """Asks one site. `page` is how many rows are asked for at a time."""

    def __init__(self, http: HttpClient, tokens: Tokens, login: Login, *, page: int = PAGE) -> None:
        self._http = http
        self._tokens = tokens
        self._login = login
        self._page = page

    async def close(self) -> None:
        """Part from Mindbody."""
        await self._http.close()

    async def site(self) -> Foreign:
        """The site itself, with its time zone. Raises: NotPermitted (its keys open no such site)."""
        rows = await self._list("/site/sites", "Sites", ("site", "Id"), {"SiteIds": str(self._login.site)})
        for row in rows:
            if row.integer("Id") == self._login.site:
                return row
        raise NotPermitted(f"{NAME} shows us no site {self._login.site}. Have the business activate the integration.")

    async def locations(self) -> list[Foreign]:
        """Every location."""
        return await self._list("/site/locations", "Locations", ("location", "Id"), {})

    async def session_types(self, *, online: bool = False) -> list[Foreign]:
        """Every session type, those of classes too; `online`: those alone that clients may book themselves."""
        asked = {"OnlineOnly": "true"} if online else {}
        return await self._list("/site/sessiontypes", "SessionTypes", ("session type", "Id"), asked)

    async def resources(self) -> list[Foreign]:
        """Every room and piece of equipment."""
        return await self._list("/site/resources", "Resources", ("resource", "Id"), {})

    async def staff(self, numbers: Sequence[int] = ()) -> list[Foreign]:
        """Whoever gives appointments; of these numbers, where any are named."""
        asked: Query = {"Filters": "AppointmentInstructor", **({"StaffIds": _each(numbers)} if numbers else {})}
        return await self._list("/staff/staff", "StaffMembers", ("staff member", "Id"), asked)

    async def session_types_of(self, staff: int) -> list[Foreign]:
        """What one of the staff does, with how long they take. Raises: NotPermitted (the login lacks a permission)."""
        what: Named = ("session type", "Id")
        return await self._list("/staff/sessiontypes", "StaffSessionTypes", what, {"StaffId": str(staff)})

    async def start_times(self, session_type: int) -> list[Foreign]:
        """The clock times that visits may begin at, each as `at`. [] where the site names none."""
        asked = {"SessionTypeIds": str(session_type)}
        times = await self._pages("/appointment/activesessiontimes", "ActiveSessionTimes", asked)
        return [Foreign(row="start time", fields={"at": one}) for one in times]

    async def bookable(
        self, first: date, last: date, *, session_type: int, staff: Sequence[int], locations: Sequence[int]
    ) -> list[Foreign]:
        """Stretches in which a session type can be booked, from the first day to the last, both included."""
        asked: Query = {
            "SessionTypeIds": str(session_type),
            "StaffIds": _each(staff),
            "LocationIds": _each(locations),
            "IncludeResourceAvailability": "true",
        }
        parts = await together(
            *(
                self._list(
                    "/appointment/bookableitems",
                    "Availabilities",
                    ("availability", "Id"),
                    {**asked, **_days(begin, min(begin + timedelta(days=WEEK - 1), last))},
                    key=_stretch,
                )
                for begin in (first + timedelta(days=day) for day in range(0, (last - first).days + 1, WEEK))
            )
        )
        return [row for part in parts for row in part]

    async def appointments(
        self,
        first: date,
        last: date,
        *,
        staff: Sequence[int] = (),
        location: int | None = None,
        client: str | None = None,
    ) -> list[Foreign]:
        """Visits from the first day to the last, both included, cancelled ones too; narrowed by what is named."""
        narrowed: Query = {
            **({"StaffIds": _each(staff)} if staff else {}),
            **({"LocationIds": str(location)} if location is not None else {}),
            **({"ClientId": client} if client is not None else {}),
        }
        return await self._visits({**_days(first, last), **narrowed})

    async def appointments_by_number(self, numbers: Sequence[int], first: date, last: date) -> list[Foreign]:
        """These visits, as far as there are any; Mindbody looks at the days named alone, so they must be wide."""
        parts = [numbers[place : place + PAGE] for place in range(0, len(numbers), PAGE)]
        found = await together(*(self._visits({"AppointmentIds": _each(some), **_days(first, last)}) for some in parts))
        return [row for rows in found for row in rows]

    async def add_appointment(self, fields: Mapping[str, object]) -> int | No:
        """The number of a new visit. Raises: OutcomeUnknown (there may be one now)."""
        path = "/appointment/addappointment"
        answer = await self._act(path, fields)
        return _no(answer) or _created(answer, path, "Appointment", _APPOINTMENT).integer("Id")

    async def update_appointment(self, number: int, fields: Mapping[str, object]) -> No | None:
        """Change what the fields name. Raises: OutcomeUnknown, Refused (among others, where there is no such visit)."""
        return _no(await self._act("/appointment/updateappointment", {"AppointmentId": number, **fields}))

    async def search(self, text: str) -> list[Foreign]:
        """Clients whose first name, last name or e-mail is like this, inactive ones too."""
        return await self._clients({"SearchText": text})

    async def clients(self, *, unique: Sequence[str] = (), ids: Sequence[str] = ()) -> list[Foreign]:
        """Clients by their lasting numbers, or by the Ids that visits bear; at most MOST_IDS in one question."""
        name, numbers = ("UniqueIds", unique) if unique else ("ClientIds", ids)
        parts = [tuple(numbers[place : place + MOST_IDS]) for place in range(0, len(numbers), MOST_IDS)]
        rows: list[Foreign] = []
        for place in range(0, len(parts), AT_ONCE):
            for found in await together(*(self._clients({name: some}) for some in parts[place : place + AT_ONCE])):
                rows += found
        return rows

    async def required_fields(self) -> list[object]:
        """What this site wants of a new client, by Mindbody's names."""
        path, under = "/client/requiredclientfields", "RequiredClientFields"
        return list(_page(path, under, await self._get(path, {})).rows)

    async def add_client(self, fields: Mapping[str, object]) -> Foreign:
        """A new client. Raises: OutcomeUnknown (there may be one now)."""
        path = "/client/addclient"
        return _created(_settled(await self._act(path, fields), path), path, "Client", _CLIENT)

    async def update_client(self, fields: Mapping[str, object]) -> None:
        """Change what the fields name of the client whose `Id` is among them, on this site alone."""
        path = "/client/updateclient"
        _settled(await self._act(path, {"Client": fields, "CrossRegionalUpdate": False}), path)

    async def upload(self, client: str, file: Mapping[str, object]) -> None:
        """Put a file among a client's documents. Raises: OutcomeUnknown (it may be there)."""
        path = "/client/uploadclientdocument"
        _settled(await self._act(path, {"ClientId": client, "File": file}), path)

    async def _visits(self, query: Query) -> list[Foreign]:
        return await self._list("/appointment/staffappointments", "Appointments", _APPOINTMENT, query)

    async def _clients(self, query: Query) -> list[Foreign]:
        return await self._list("/client/clients", "Clients", _CLIENT, {**query, "IncludeInactive": "true"})

    async def _list(
        self, path: str, under: str, named: Named, query: Query, *, key: Key | None = None
    ) -> list[Foreign]:
        """All rows of a list, each once. `key` tells two of them apart where their numbers do not."""
        what, id = named

        def own(raw: object) -> Hashable:
            row = Foreign.of(raw, what=what, id=id)
            return row.integer(id) if key is None else key(row)

        found = await self._pages(path, under, query, own, numbered=key is None)
        return [Foreign.of(raw, what=what, id=id) for raw in found]

    async def _pages(
        self, path: str, under: str, query: Query, own: Callable[[object], Hashable] = repr, *, numbered: bool = False
    ) -> list[object]:
        """What stands in a list, the later pages read side by side.

        Rows move while pages are turned: one may come twice, and one may be missed. Where fewer came than there are,
        all is read anew; of rows without a number of their own, two may be alike, so all that came are counted.
        Raises: Unreachable (it never came to rest), Unreadable (a later page is the first again).
        """
        for _ in range(_TRIES):
            first = await self._page_of(path, under, query, 0)
            pages = [first]
            size = len(first.rows)
            starts = range(size, first.total, size) if size else range(0)
            for place in range(0, len(starts), AT_ONCE):
                some = starts[place : place + AT_ONCE]
                pages += await together(*(self._page_of(path, under, query, start) for start in some))
            rows: dict[Hashable, object] = {}
            for page in pages:
                before = len(rows)
                rows |= {own(raw): raw for raw in page.rows}
                if page is not first and len(page.rows) == size and len(rows) == before:
                    raise Unreadable(f"GET {path}", under, f"begins anew after {size} rows")
            came = len(rows) if numbered else sum(len(page.rows) for page in pages)
            if came >= max(page.total for page in pages):
                return list(rows.values())
        raise Unreachable(f"{NAME}'s list {path} has other rows with each page; nothing was read. Ask again.")

    async def _page_of(self, path: str, under: str, query: Query, offset: int) -> "_Page":
        paged = {**query, "Limit": str(self._page), "Offset": str(offset)}
        return _page(path, under, await self._get(path, paged))

    async def _get(self, path: str, query: Query) -> Answer:
        answer = await self._sent("GET", path, does=Does.READS, query=query)
        if answer.status >= 400:
            raise _fault(answer, f"GET {path}", Does.READS)
        return answer

    async def _act(self, path: str, fields: Mapping[str, object]) -> Answer:
        """What a change was answered. Raises: as its code says; what is to be expected comes back as it is."""
        answer = await self._sent("POST", path, does=Does.ACTS, json=fields)
        if answer.status >= 400 and _code(answer) not in SLOT_GONE:
            raise _fault(answer, f"POST {path}", Does.ACTS)
        return answer

    async def _sent(
        self,
        method: str,
        path: str,
        *,
        does: Does,
        query: Query | None = None,
        json: Mapping[str, object] | None = None,
    ) -> Answer:
        """One call; a second time where it was turned away at the door for its token."""
        for _ in range(2):
            token = await self._tokens.current()
            answer = await self._http.send(
                Request(
                    method=method,
                    path=path,
                    query=query or {},
                    headers={**self._login.headers, "Authorization": f"Bearer {token}"},
                    json=json,
                    does=does,
                    answers=frozenset({400, 401, 403, 404}),
                    seconds=_ACTS,
                )
            )
            if answer.status != 401:
                return answer
            self._tokens.refused(token)
        raise NotPermitted(f"{NAME} answered 401 to {method} {path} twice: it takes the login, and not for this.")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Page:
    """The rows of a page, and how many the whole list has."""

    rows: Sequence[object]
    total: int


def _page(path: str, under: str, answer: Answer) -> _Page:
    whole = Foreign.of(answer.json, what=f"GET {path}", id="")
    rows = whole.fields.get(under)
    if not isinstance(rows, list):
        raise Unreadable(whole.row, under, "is no list")
    told = whole.fields.get("PaginationResponse")
    if told is None:
        return _Page(rows=rows, total=len(rows))
    return _Page(rows=rows, total=Foreign.of(told, what=whole.row, id="").integer("TotalResults"))


def _fault(answer: Answer, asked: str, does: Does) -> Fault:
    """What a refusal means. Its message may name a patient, so the code alone is shown."""
    code = _code(answer)
    said = f"{NAME} answered {answer.status} ({code or 'no code'}) to {asked}"
    if answer.status == 403 or code in _NOT_ALLOWED:
        return NotPermitted(f"{said}: the desk's staff login lacks a permission for it. Give it that one.")
    if code == _NOT_NOW:
        return Unreachable(f"{said}: too many calls for now.")
    if code in _IN_TROUBLE and does is Does.READS:
        return Unreachable(f"{said}; nothing was read.")
    if code in _IN_TROUBLE:
        return OutcomeUnknown(f"{said}; it may have acted. Look before anything is asked again.")
    return Refused(f"{said}: it will not do this.")


def _code(answer: Answer) -> str:
    error = answer.json.get("Error") if isinstance(answer.json, dict) else None
    code = error.get("Code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _no(answer: Answer) -> No | None:
    return No(code=_code(answer)) if answer.status >= 400 else None


def _settled(answer: Answer, path: str) -> Answer:
    """An answer to what is about no time: then a code of SLOT_GONE is a refusal like any other. Raises: Refused."""
    if answer.status >= 400:
        raise _fault(answer, f"POST {path}", Does.ACTS)
    return answer


def _created(answer: Answer, path: str, under: str, named: Named) -> Foreign:
    """The row that was made. Raises: OutcomeUnknown (its number cannot be read)."""
    what, id = named
    try:
        whole = Foreign.of(answer.json, what=what, id=id)
        row = Foreign.of(whole.fields.get(under), what=what, id=id)
        row.integer(id)
    except Unreadable:
        raise OutcomeUnknown(f"{NAME} took POST {path}, and its answer names no {id}.") from None
    return row


def _each(numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(map(str, numbers))


def _days(first: date, last: date) -> Mapping[str, str]:
    return {"StartDate": f"{first}", "EndDate": f"{last}"}


def _stretch(row: Foreign) -> Hashable:
    """What tells two bookable stretches apart: they bear the number of the hours they are cut from."""
    who, where = (Foreign.of(row.fields.get(name), what=row.row, id="Id") for name in ("Staff", "Location"))
    return who.integer("Id"), where.integer("Id"), row.text("StartDateTime"), row.text("EndDateTime")
