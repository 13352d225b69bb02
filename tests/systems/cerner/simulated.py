"""The simulated domain for tests, with a clock that a test turns and an httpx client that reaches it."""

import asyncio
import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx

from frontdesk.proving.simulator_transport import InProcess
from frontdesk.standards.simulating.fhir_values import Json, Resource, elements_at, text_at
from frontdesk.systems.cerner.simulator import Simulator
from frontdesk.systems.cerner.simulator_example import DOWNTOWN, FOLLOW_UP, RIVERA, TENANT, example_world
from frontdesk.systems.cerner.simulator_world import SCOPES, World

NOW = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
"""Monday, March 2, 2026: 07:00 in Austin; the example's first morning."""

SCOPE = " ".join(f"system/{one}" for one in SCOPES)
FHIR, PATCH = "application/fhir+json", "application/json-patch+json"
TYPES = f"https://fhir.cerner.com/{TENANT}/codeSet/14249"
TUESDAY = date(2026, 3, 3)
CANCELLATION = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
CANCEL: Sequence[Resource] = (
    {"op": "replace", "path": "/status", "value": "cancelled"},
    {"op": "add", "path": "/cancelationReason", "value": {"coding": [{"system": CANCELLATION, "code": "pat"}]}},
)


class Hands:
    """The hands of a clock that a test turns; letting time pass turns them too."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.waited: list[timedelta] = []

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def wait(self, length: timedelta) -> None:
        self.waited.append(length)
        self.now += length
        await asyncio.sleep(0)


class Reached:
    """A simulated domain and a client that holds a token."""

    def __init__(self, simulator: Simulator, hands: Hands, http: httpx.AsyncClient) -> None:
        self.simulator = simulator
        self.hands = hands
        self.http = http

    @property
    def token_url(self) -> str:
        return f"https://authorization.cerner.com{self.simulator.token_path}"

    async def sign_in(self, scope: str = SCOPE) -> None:
        """Ask for a token and use it from now on; the test fails where it is refused."""
        answer = await self.ask_for_token(scope=scope)
        assert answer.status_code == 200, answer.text
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def ask_for_token(self, *, secret: str = "", scope: str = SCOPE, **form: str) -> httpx.Response:
        world = self.simulator.domain.world
        pair = base64.b64encode(f"{world.client_id}:{secret or world.client_secret}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Accept": "application/json"}
        data = {"grant_type": "client_credentials", "scope": scope, **form}
        return await self.http.post(self.token_url, data=data, headers=headers)

    async def get(self, path: str, params: Sequence[tuple[str, str]] = (), **query: str) -> Resource:
        """What a GET gives; the test fails where it is refused."""
        answer = await self.http.get(path, params=[*params, *query.items()] or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def found(self, path: str, params: Sequence[tuple[str, str]] = (), **query: str) -> list[Resource]:
        """The matches of one page of a search."""
        bundle = await self.get(path, params, **query)
        rows = elements_at(bundle, "entry")
        return [resource_of(one) for one in rows if text_at(one, "search", "mode") == "match"]

    async def slots(
        self, *, kind: str = FOLLOW_UP, on: date = TUESDAY, days: int = 1, place: str = DOWNTOWN, **query: str
    ) -> list[Resource]:
        """Free slots of some days at one clinic, by default Tuesday's for established patients at Downtown."""
        begins, ends = (f"{on + timedelta(days=step)}T06:00:00Z" for step in (0, days))
        params = [("service-type", f"{TYPES}|{kind}"), ("start", f"ge{begins}"), ("start", f"lt{ends}")]
        return await self.found("Slot", [*params, ("-location", f"Location/{place}")], **query)

    async def riveras(self, place: int = 0) -> str:
        """The id of one of Dr. Rivera's free half hours on Tuesday."""
        return text_at(await self.slots(**{"schedule.actor": f"Practitioner/{RIVERA}"}), place, "id")

    async def post(self, path: str, body: Json, **headers: str) -> httpx.Response:
        return await self.http.post(path, json=body, headers={"Content-Type": FHIR, **headers})

    async def patch(self, path: str, patch: Json, *, version: str = "", **headers: str) -> httpx.Response:
        """The answer to a patch, of the version that stands unless another is named; "-" sends none."""
        if not version:
            version = text_at(await self.get(path), "meta", "versionId")
        match = {} if version == "-" else {"If-Match": f'W/"{version}"'}
        return await self.http.patch(path, json=patch, headers={"Content-Type": PATCH, **match, **headers})

    async def book(self, slot: str = "", *, patient: str = "13500101", **more: Json) -> httpx.Response:
        """The answer to a booking, by default of ROBIN in the first free slot of Tuesday."""
        slot = slot or text_at(await self.slots(), 0, "id")
        return await self.post("Appointment", a_booking(slot, patient=patient, **more))

    async def visit(self, made: httpx.Response) -> Resource:
        """The appointment that a booking made."""
        return await self.get(made.headers["location"])


def a_booking(slot: str, *, patient: str = "13500101", **more: Json) -> Resource:
    person: Mapping[str, Json] = {"actor": {"reference": f"Patient/{patient}"}, "status": "accepted"}
    body: Resource = {
        "resourceType": "Appointment",
        "status": "booked",
        "slot": [{"reference": f"Slot/{slot}"}],
        "participant": [person],
    }
    return {**body, **more}


@asynccontextmanager
async def a_domain(
    world: World | None = None, *, now: datetime = NOW, keep: Path | None = None, scope: str = SCOPE
) -> AsyncIterator[Reached]:
    """The example's domain, or another, in this process, with a token; scope "" asks for none."""
    hands = Hands(now)
    simulator = Simulator(world or example_world(), clock=hands, wait=hands.wait, keep=keep)
    base = f"https://fhir-ehr-code.cerner.com{simulator.base_path}/"
    async with httpx.AsyncClient(
        transport=InProcess(simulator), base_url=base, headers={"Accept": "application/fhir+json"}
    ) as http:
        reached = Reached(simulator, hands, http)
        if scope:
            await reached.sign_in(scope)
        yield reached


def resource_of(entry: Resource) -> Resource:
    found = entry["resource"]
    assert isinstance(found, dict)
    return found


def why(answer: httpx.Response) -> str:
    """The rule by which a request was refused; "" where none was named."""
    return str(answer.headers.get("x-simulator", "")).partition(";")[0]
