"""Epic's own words over HTTP: FHIR by resources, and the vendor's web services beside it. Knows no Appointment of ours.

Both lie below host and instance and bear the same token; whether a site takes it for the web services is its own
matter. Source of every call: production clients in public (see the manifest's facts).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import Enum

import structlog

from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.standards.fhir_scheduling import asking
from frontdesk.standards.fhir_scheduling.asking import Ask, Release, Said
from frontdesk.standards.fhir_scheduling.bundles import Page, Paging, read_page
from frontdesk.standards.fhir_scheduling.outcomes import ORDINARY, Finding, Kind, Trouble, trouble
from frontdesk.standards.fhir_scheduling.reading import Resource
from frontdesk.systems.epic.tokens import Tokens
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.request import Answer, Does, Request

_log = structlog.get_logger()

NAME = "Epic"
FHIR = {Release.STU3: "/api/FHIR/STU3", Release.R4: "/api/FHIR/R4"}
SERVICES = "/api/epic"
NO_RESULTS, NO_TEMPLATES, NO_VISIT_TYPE, NOT_UNDERSTOOD = "4101", "59134", "59200", "59109"
"""Epic's own codes in an OperationOutcome."""
_READS, _ACTS = 20.0, 30.0  # seconds
_IDENTIFIERS = "/2015/Common/Patient/GetPatientIdentifiers/Patient/Identifiers"
_OF_PATIENT = "/2013/Scheduling/Patient/GETPATIENTAPPOINTMENTS/GetPatientAppointments"
_CANCEL = "/2014/PatientAccess/External/CancelAppointment/Scheduling/Cancel"


class NotThere(Refused):
    """What was asked about by its id is not there, or not any more."""


class Did(Enum):
    """What became of a change: it was taken, or Epic will not."""

    DONE = "done"
    NOT_SO = "not so"


class Client:
    """Asks one hospital. `address` is host and instance; `user` the background user, `user_kind` the type of its id."""

    def __init__(self, http: HttpClient, tokens: Tokens, *, address: str, user: str, user_kind: str) -> None:
        self._http = http
        self._tokens = tokens
        self._address = address.rstrip("/")
        self._as_user = {"UserID": user, "UserIDType": user_kind}

    async def close(self) -> None:
        """Part from Epic."""
        await self._http.close()

    def base(self, release: Release) -> str:
        """The address that resources of a release lie below."""
        return self._address + FHIR[release]

    async def ask(self, ask: Ask) -> Said:
        """What FHIR says to one request, refusals that are read from it too.

        Raises: NotPermitted, Unreachable, Refused, OutcomeUnknown (of a request that acts).
        """
        acts = ask.does is asking.Does.ACTS
        answer = await self._send(
            Request(
                method=ask.method,
                path=FHIR[ask.release] + ask.path,
                link=FHIR[ask.release] + ask.target,
                headers=ask.sent_headers,
                json=_plain(ask.body),
                does=Does.ACTS if acts else Does.READS,
                answers=ORDINARY,
                seconds=_ACTS if acts else _READS,
            )
        )
        return Said(status=answer.status, body=answer.json, headers=answer.headers)

    async def search(self, ask: Ask, type: str) -> list[Page]:
        """Every page of a search; a next page of `$find` is asked for with the same body.

        A page that only says why nothing was found is an empty one.
        Raises: NotPermitted (also where Epic knows no visit type for what was asked), NotThere, Refused, Unreachable.
        """
        pages: list[Page] = []
        paging: Paging | None = Paging(ask=ask, base=self.base(ask.release))
        while paging is not None:
            said = await self.ask(paging.ask)
            wrong = trouble(said)
            if wrong is not None:
                _check(wrong, ask)
                return pages
            page = read_page(said, type)
            if page.wrong is not None:
                _check(page.wrong, ask)
            _tell(page.remarks, ask)
            pages.append(page)
            paging = paging.after(page)
        return pages

    async def one(self, ask: Ask) -> Resource | None:
        """One resource; None where there is none. Raises: NotPermitted, Refused, Unreachable."""
        said = await self.ask(ask)
        wrong = trouble(said)
        if wrong is not None and wrong.kind in {Kind.NOT_FOUND, Kind.GONE}:
            return None
        if wrong is not None:
            raise fault_of(wrong, ask)
        if not isinstance(said.body, dict):
            raise Unreadable(ask.path, "the answer", "is no resource")
        return said.body

    async def patient_number(self, chart: str) -> str:
        """The EPI number of a patient's FHIR id, which the web services want.

        Raises: Refused (there is none, or it is not there), NotPermitted, Unreachable.
        """
        body = {"PatientID": chart, "PatientIDType": "FHIR", **self._as_user}
        answer = await self._service(_IDENTIFIERS, body, does=Does.READS)
        rows = Foreign.list_of(_whole(answer, "patient").fields.get("Identifiers"), what="identifier", id="IDType")
        numbers = [row.text("ID") for row in rows if row.text("IDType") == "EPI"]
        if len(numbers) != 1:
            raise Unreadable("patient", "Identifiers", f"holds {len(numbers)} of the type EPI, and one was wanted")
        return numbers[0]

    async def visits_between(self, number: str, first: date, last: date) -> list[Foreign]:
        """A patient's visits with their notes, both days included, cancelled ones too. `number` is the EPI number."""
        body = {
            "PatientID": number,
            "PatientIDType": "EPI",
            "StartDate": f"{first.month}/{first.day}/{first.year}",
            "EndDate": f"{last.month}/{last.day}/{last.year}",
            "IncludeAllStatuses": "1",
            **self._as_user,
        }
        answer = await self._service(_OF_PATIENT, body, does=Does.READS)
        return Foreign.list_of(_whole(answer, "visits").fields.get("Appointments"), what="visit", id="CSN")

    async def cancel(self, number: str, contact: str, reason: str) -> Did:
        """Cancel a visit by its contact serial number. NOT_SO: Epic refuses, too late or not for others to cancel."""
        body: dict[str, object] = {
            "Patient": {"ID": number, "Type": "EPI"},
            "Contact": {"ID": contact, "Type": "CSN"},
            "Reason": reason,
        }
        answer = await self._service(_CANCEL, body, does=Does.ACTS, answers=frozenset({400}))
        said = answer.json if isinstance(answer.json, dict) else {}
        return Did.NOT_SO if answer.status == 400 or said.get("IsSuccess") is False else Did.DONE

    async def _service(
        self, path: str, body: Mapping[str, object], *, does: Does, answers: frozenset[int] = frozenset()
    ) -> Answer:
        return await self._send(
            Request(
                method="POST",
                path=SERVICES + path,
                headers={"Accept": "application/json"},
                json=body,
                does=does,
                answers=answers,
                seconds=_ACTS if does is Does.ACTS else _READS,
            )
        )

    async def _send(self, request: Request) -> Answer:
        """One call; a second time with another token where it was turned away at the door."""
        for _ in range(2):
            token = await self._tokens.current()
            bearing = {**request.headers, "Authorization": f"Bearer {token}"}
            answer = await self._http.send(replace(request, headers=bearing, answers=request.answers | {401}))
            if answer.status != 401:
                return answer
            self._tokens.refused(token)
        raise NotPermitted(
            f"{NAME} takes none of its own tokens at {request.method} {request.path}: the hospital must let us in."
        )


def fault_of(wrong: Trouble, ask: Ask) -> Fault:
    """What to raise for a trouble that nobody expects."""
    said = f"{NAME}, asked {ask.method} {ask.path}: {wrong.says}"
    if wrong.kind is Kind.SECURITY:
        return NotPermitted(f"{said}. Tick the call in the app's registration, and let the hospital approve it.")
    if wrong.kind is Kind.STRUGGLING and ask.does is asking.Does.ACTS:
        return OutcomeUnknown(f"{said}. It may have acted; look before anything is asked again.")
    if wrong.kind in {Kind.STRUGGLING, Kind.THROTTLED}:
        return Unreachable(f"{said}. Nothing was done.")
    if wrong.kind in {Kind.NOT_FOUND, Kind.GONE}:
        return NotThere(f"{said}.")
    return Refused(f"{said}.")


def _check(wrong: Trouble, ask: Ask) -> None:
    """Nothing, where it only says that nothing was found. Raises: NotPermitted, Refused."""
    codes = _codes(tuple(one for one in wrong.findings if one.stops))
    if NO_VISIT_TYPE in codes:
        raise NotPermitted(f"{NAME} finds no visit type for what was asked. Correct the services in the numbers file.")
    if not codes or not codes <= {NO_RESULTS, NO_TEMPLATES}:
        raise fault_of(wrong, ask)


def _tell(remarks: tuple[Finding, ...], ask: Ask) -> None:
    """A parameter that was left out is told: answers are sifted, so nothing wrong is offered, and little may be."""
    codes = _codes(remarks)
    if NO_VISIT_TYPE in codes:
        raise NotPermitted(f"{NAME} finds no visit type for what was asked. Correct the services in the numbers file.")
    if NOT_UNDERSTOOD in codes:
        _log.warning("a parameter was not understood", system=NAME, path=ask.path)


def _codes(findings: tuple[Finding, ...]) -> set[str]:
    return {coding.code for one in findings for coding in one.codes}


def _whole(answer: Answer, what: str) -> Foreign:
    """The object of an answer of the web services; what it says in `Error` is a refusal."""
    whole = Foreign.of(answer.json, what=what, id="")
    if whole.has("Error"):
        raise Refused(f"{NAME} answers a question for {what} with an error of its own.")
    return whole


def _plain(body: object) -> Mapping[str, object] | None:
    return dict(body) if isinstance(body, Mapping) else None
