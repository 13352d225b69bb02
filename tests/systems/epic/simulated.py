"""The simulated hospital for tests, with a clock that a test turns and an httpx client that reaches it."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from frontdesk.proving.simulator_transport import InProcess
from frontdesk.systems.epic.simulator import Simulator
from frontdesk.systems.epic.simulator_example import AVERY, LENA, MAIN, MORGAN, OFFICE, OKAFOR, example_world
from frontdesk.systems.epic.simulator_hospital import World
from frontdesk.systems.epic.simulator_rows import fhir_id

NOW = datetime(2027, 3, 8, 13, 0, tzinfo=UTC)
"""Monday, March 8, 2027: 07:00 in Austin, 06:00 in Tempe; the example's first morning."""

FHIR = "application/fhir+json"
BY_KEY = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LENA_ID, AVERY_ID, MORGAN_ID = (fhir_id("Patient", one) for one in (LENA, AVERY, MORGAN))
FIND, BOOK = "/api/FHIR/STU3/Appointment/$find", "/api/FHIR/STU3/Appointment/$book"
EPIC = "/api/epic"
DAYS2 = f"{EPIC}/2017/PatientAccess/External/GetScheduleDaysForProvider2/Scheduling/Open/Provider/GetScheduleDays2"
SCHEDULE = f"{EPIC}/2012/Scheduling/Provider/GETPROVIDERSCHEDULE/Schedule"
OF_PATIENT = f"{EPIC}/2013/Scheduling/Patient/GETPATIENTAPPOINTMENTS/GetPatientAppointments"
TO_COME = f"{EPIC}/2017B/PatientAccess/Patient/GetFutureAppointments/Epic/Patient/Scheduling2017b/GetFutureAppointments"
PAST = f"{EPIC}/2015/PatientAccess/External/GetPastAppointments/Scheduling/Past"
OF_PROVIDERS = f"{EPIC}/2013/Scheduling/Provider/GetProviderAppointments/Scheduling/Provider/Appointments"
OPENLY = "PatientAccess/External/ScheduleAppointmentWithInsurance"
BOOK_2018 = f"{EPIC}/2018/{OPENLY}/Scheduling2018/Open/ScheduleWithInsurance"
BOOK_2014 = f"{EPIC}/2014/{OPENLY}/Scheduling/Open/ScheduleWithInsurance"
CANCEL_2014 = f"{EPIC}/2014/PatientAccess/External/CancelAppointment/Scheduling/Cancel"
CANCEL_2012 = f"{EPIC}/2012/PatientAccess/External/CancelAppointment/Scheduling/Open/Cancel"
LOOKUP = f"{EPIC}/2017/EMPI/External/PatientLookup3/Patient/Lookup3"
IDENTIFIERS = f"{EPIC}/2015/Common/Patient/GetPatientIdentifiers/Patient/Identifiers"
CREATE = f"{EPIC}/2012/EMPI/External/PatientCreate/Patient/Create"


@cache
def a_key() -> RSAKey:
    """The client's key, made once."""
    return RSAKey.generate_key(2048, {"kid": "simulated", "use": "sig"})


def a_world() -> World:
    """The example's hospital, which knows the client's key."""
    keys = json.dumps({"keys": [a_key().as_dict(private=False)]})
    return replace(example_world(), client_keys=keys)


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
    """A simulated hospital and a client that holds a token."""

    def __init__(self, simulator: Simulator, hands: Hands, http: httpx.AsyncClient) -> None:
        self.simulator = simulator
        self.hands = hands
        self.http = http
        self._numbers = count(1)

    async def sign_in(self) -> None:
        """Ask for a token and use it from now on; the test fails where it is refused."""
        answer = await self.ask_for_token()
        assert answer.status_code == 200, answer.text
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    async def ask_for_token(
        self, claims: Mapping[str, object] | None = None, *, key: RSAKey | None = None, **form: str
    ) -> httpx.Response:
        """The answer to a token request, signed as it should be but for what is given."""
        world, now = self.simulator.hospital.world, int(self.hands.now.timestamp())
        usual: dict[str, object] = {
            "iss": world.client_id,
            "sub": world.client_id,
            "aud": f"{world.base}/oauth2/token",
            "jti": f"once-{next(self._numbers)}",
            "iat": now,
            "exp": now + 240,
        }
        told = {name: value for name, value in (usual | dict(claims or {})).items() if value is not None}
        header = {"alg": "RS384", "typ": "JWT", "kid": "simulated"}
        assertion = jwt.encode(header, told, key or a_key(), algorithms=["RS384"])
        sent = {"grant_type": "client_credentials", "client_assertion_type": BY_KEY, "client_assertion": assertion}
        return await self.http.post("/oauth2/token", data=sent | form, headers={"Authorization": ""})

    async def get(self, path: str, **query: str | int) -> dict[str, object]:
        """What a GET by FHIR gives; the test fails where it is refused."""
        answer = await self.http.get(f"/api/FHIR{path}", params=query or None)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def resources(self, path: str, **query: str | int) -> list[dict[str, object]]:
        """The resources of a search by FHIR, what was only included too."""
        return resources_in(await self.get(path, **query))

    async def post(self, path: str, body: Mapping[str, object], **query: str) -> httpx.Response:
        return await self.http.post(path, json=body, params=query or None)

    async def asked(self, path: str, body: Mapping[str, object], **query: str) -> dict[str, object]:
        """What a POST gives; the test fails where it is refused."""
        answer = await self.post(path, body, **query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def found(self, *parameters: Mapping[str, object], **changed: str) -> dict[str, object]:
        """The first page of $find, by default of office visits on Tuesday morning."""
        return await self.asked(FIND, finding(*parameters, **changed))

    async def book_by_fhir(self, proposal: str, *, patient: str = LENA_ID, note: str = "") -> httpx.Response:
        named = [parameter("patient", valueIdentifier={"value": patient})]
        named.append(parameter("appointment", valueIdentifier={"value": proposal}))
        named += [parameter("appointmentNote", valueString=note)] if note else []
        return await self.post(BOOK, {"resourceType": "Parameters", "parameter": named})

    async def book(self, **changed: str) -> httpx.Response:
        """The answer to a booking of 2018, by default of LENA's office visit on Tuesday at ten."""
        return await self.post(BOOK_2018, {}, **(a_booking() | changed))

    async def visits(self, patient: str = LENA) -> list[dict[str, object]]:
        """A patient's visits of all kinds, by layer 2."""
        body = {"PatientID": patient, "PatientIDType": "EPI", "IncludeAllStatuses": "1"}
        return rows_in(await self.asked(OF_PATIENT, body))


@asynccontextmanager
async def a_hospital(
    world: World | None = None, *, now: datetime = NOW, keep: Path | None = None, signed_in: bool = True
) -> AsyncIterator[Reached]:
    """The example's hospital, or another, in this process, with a token."""
    hands = Hands(now)
    simulator = Simulator(world or a_world(), clock=hands, wait=hands.wait, keep=keep)
    base = simulator.hospital.world.base
    async with httpx.AsyncClient(
        transport=InProcess(simulator), base_url=base, headers={"Accept": f"{FHIR}, application/json"}
    ) as http:
        reached = Reached(simulator, hands, http)
        if signed_in:
            await reached.sign_in()
        yield reached


def a_booking() -> dict[str, str]:
    """The fields of a booking: LENA's office visit with Dr. Okafor on Tuesday at ten."""
    return {
        "PatientID": LENA,
        "PatientIDType": "EPI",
        "DepartmentID": MAIN,
        "DepartmentIDType": "External",
        "VisitTypeID": OFFICE,
        "VisitTypeIDType": "External",
        "Date": "2027-03-09",
        "Time": "10:00:00",
        "ProviderID": OKAFOR,
        "ProviderIDType": "External",
        "IsReviewOnly": "false",
    }


def parameter(name: str, **value: object) -> dict[str, object]:
    """One parameter of an operation."""
    return {"name": name, **value}


def service(code: str) -> dict[str, object]:
    """$find's parameter for a visit type."""
    coding = {"system": "urn:oid:1.2.840.114350.1.13.999.2.7.3.808267.11", "code": code}
    return parameter("serviceType", valueCodeableConcept={"coding": [coding]})


def finding(
    *parameters: Mapping[str, object], begins: str = "2027-03-09T14:00:00Z", ends: str = "2027-03-09T18:00:00Z"
) -> dict[str, object]:
    """The body of $find."""
    window = (parameter("startTime", valueDateTime=begins), parameter("endTime", valueDateTime=ends))
    return {"resourceType": "Parameters", "parameter": [*window, *parameters]}


def resources_in(bundle: Mapping[str, object]) -> list[dict[str, object]]:
    """The resources of a Bundle, in order."""
    entries = bundle.get("entry", [])
    assert isinstance(entries, list)
    return [entry["resource"] for entry in entries]


def rows_in(answer: Mapping[str, object], name: str = "Appointments") -> list[dict[str, object]]:
    """The objects of a list in an answer of layer 2."""
    rows = answer[name]
    assert isinstance(rows, list)
    return rows


def proposals(bundle: Mapping[str, object]) -> list[dict[str, object]]:
    """The times that $find gave."""
    return [one for one in resources_in(bundle) if one["resourceType"] == "Appointment"]


def codes(bundle: Mapping[str, object]) -> list[str]:
    """Epic's codes in the outcomes of a Bundle."""
    outcomes = [one for one in resources_in(bundle) if one["resourceType"] == "OperationOutcome"]
    return [code_of(issue) for one in outcomes for issue in issues_of(one)]


def issues_of(outcome: Mapping[str, object]) -> list[dict[str, object]]:
    """The issues of an OperationOutcome."""
    issues = outcome["issue"]
    assert isinstance(issues, list)
    return issues


def code_of(issue: Mapping[str, object]) -> str:
    """Epic's code of an issue."""
    details = issue["details"]
    assert isinstance(details, dict)
    return str(details["coding"][0]["code"])


def why(answer: httpx.Response) -> str:
    """The rule by which a request was refused; "" where none was named."""
    return str(answer.headers.get("x-simulator", "")).partition(";")[0]
