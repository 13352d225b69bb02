"""Clients' files: the one that is there is found before one is opened.

The API looks clients up by e-mail alone. For a phone every client has to be read, so that is done once in a while and
kept in memory: the digits of each phone, and whose they are. Whoever is found so is read again before they count.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.domain.chart import Chart, charts_of, digits, plain
from frontdesk.domain.ids import PatientId
from frontdesk.domain.patient import Patient
from frontdesk.ports.charts import Charts
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import OutcomeUnknown, Refused
from frontdesk.standards.charting import chart_for, chart_there
from frontdesk.systems.boulevard.admin import Admin
from frontdesk.systems.boulevard.client import NAME, Client, Page, mutation
from frontdesk.systems.boulevard.mapping import bare, chart_of
from frontdesk.wire.together import together

_OLDEST = timedelta(hours=12)
"""After that all phones are read anew: those that staff changed are not told of otherwise."""
_MANY = 20
_UPDATE = mutation("updateClient", "client { id }")


class Phones:
    """Whose phone is whose, from all pages of clients.

    Between two whole readings the first page and whatever came after the last one are read: new clients stand at one
    end or the other. That order is a guess; a client who is missed by it is found at the next whole reading.
    """

    def __init__(self, admin: Admin, clock: Clock) -> None:
        self._admin = admin
        self._clock = clock
        self._whose: dict[str, dict[str, str]] = {}
        self._last: str | None = None
        self._read_at: datetime | None = None
        self._reading = asyncio.Lock()

    async def of(self, phone: str, *, family: str) -> set[str]:
        """The ids of who may have that phone, as digits; of many only those of that family name.

        Many share the phone that stands for none. Raises: Unreachable, NotPermitted, Unreadable.
        """
        async with self._reading:  # whoever comes meanwhile waits for the same reading
            now = self._clock.now()
            if self._read_at is None or now - self._read_at > _OLDEST:
                self._whose, self._last = {}, None
                await self._read_on(None)
                self._read_at = now
            elif self._last is None:
                await self._read_on(None)
            else:
                self._learn(await self._admin.clients(after=None))
                await self._read_on(self._last)
        known = self._whose.get(phone, {})
        few = len(known) <= _MANY
        return {number for number, name in known.items() if few or name == plain(family)}

    async def _read_on(self, after: str | None) -> None:
        seen: set[str] = set()
        while True:
            page = await self._admin.clients(after=after)
            self._learn(page)
            if page.end is not None:
                self._last = page.end
            if page.next is None:
                return
            if page.next in seen:
                raise Refused(f"{NAME}'s list of clients begins anew; report this to whoever keeps the connector.")
            seen.add(page.next)
            after = page.next

    def _learn(self, page: Page) -> None:
        for chart in map(chart_of, page.rows):
            for phone in map(digits, chart.phones):
                self._whose.setdefault(phone, {})[chart.number] = plain(chart.family)


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """Whose file is whose: what the desk has kept, else what Boulevard has."""

    admin: Admin
    client: Client
    charts: Charts
    phones: Phones

    async def candidates(self, patient: Patient) -> list[Chart]:
        """Those of the patient's e-mail, and those of their phone, as they are now."""
        by_email = await self.admin.clients_of_email(patient.email) if patient.email else []
        found = {chart.number: chart for chart in map(chart_of, by_email)}
        phone = digits(patient.phone)
        others = sorted(await self.phones.of(phone, family=patient.family) - found.keys()) if phone else []
        rows = await together(*(self.admin.client_of(number) for number in others))
        found |= {chart.number: chart for chart in (chart_of(row) for row in rows if row is not None)}
        return list(found.values())

    async def there(self, patient: PatientId) -> str | None:
        """The patient's file, kept or found; None where there is none. Raises: Refused, Unreachable, NotPermitted."""
        return await chart_there(patient, charts=self.charts, find=self.candidates, system=NAME)

    async def standing(self, patient: PatientId) -> str | None:
        """The same, kept, once it is sure that a visit can be booked on it; the one that took its place otherwise.

        None: there is none to be found. Raises: Refused (several fit), Unreachable, NotPermitted.
        """
        number = await self.there(patient)
        if number is None:
            return None
        if await self._takes_visits(number):
            await self.charts.keep(patient, number)
            return number
        other = await self._other(patient)
        if other is None:
            raise Refused(f"The patient's file in {NAME} takes no visits any more. Staff must say which one does.")
        return other

    async def anew(self, patient: PatientId, number: str) -> str | None:
        """The file that took the place of one that staff merged or closed, kept from now on.

        None: it is as it was, or no single other one is plainly the patient's. Raises: Unreachable, NotPermitted.
        """
        return None if await self._takes_visits(number) else await self._other(patient)

    async def _takes_visits(self, number: str) -> bool:
        row = await self.admin.client_of(number)
        return row is not None and chart_of(row).visits

    async def _other(self, patient: PatientId) -> str | None:
        person = await self.charts.demographics(patient)
        fitting = charts_of(person, await self.candidates(person))
        if len(fitting) != 1:
            return None
        await self.charts.keep(patient, fitting[0].number)
        return fitting[0].number

    async def for_visit(self, patient: PatientId) -> str:
        """The same, or a new one. Raises: Refused, OutcomeUnknown (one may have been opened), Unreachable."""
        opened = await chart_for(patient, charts=self.charts, find=self.candidates, open=self._open, system=NAME)
        return opened.number

    async def update(self, number: str, patient: Patient) -> bool:
        """Write e-mail, phone and birth date to a file, as the client themselves would. False: there is no such file.

        The name is how a file is known; it stays as staff have it. Twice is once, so an answer that was lost is asked
        for again. Raises: Refused, Unreachable, OutcomeUnknown, NotPermitted.
        """
        row = await self.admin.client_of(number)
        if row is None:
            return False
        born = {"dob": f"{patient.birth_date}"} if patient.birth_date else {}
        fields = {name: value for name, value in _reached(patient).items() if row.fields.get(name) != value} | born
        if not fields:
            return True
        try:
            await self.client.client(_UPDATE, bare(number), input=fields)
        except OutcomeUnknown:
            await self.client.client(_UPDATE, bare(number), input=fields)
        return True

    async def _open(self, patient: Patient) -> str:
        if not patient.given.strip() or not patient.family.strip():
            raise Refused(f"A file in {NAME} needs a given and a family name. Staff must ask for them.")
        return await self.admin.create_client(_fields(patient))


def _fields(patient: Patient) -> dict[str, str]:
    return {"firstName": patient.given.strip(), "lastName": patient.family.strip()} | _reached(patient)


def _reached(patient: Patient) -> dict[str, str]:
    known = {"email": patient.email, "mobilePhone": patient.phone}
    return {name: value for name, value in known.items() if value}
