"""Unity's own words over HTTP: named actions at one address, six parameters, and errors that come as answers.

Knows no Appointment of ours. Every call is a POST, so nothing of a patient stands in an address.
Source: public clients of Unity, as `docs/systems/allscripts.md` and the manifest name them; what nobody may publish
stands in `unpublished.py`.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime

from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.systems.allscripts.sessions import Keys, Sessions
from frontdesk.systems.allscripts.times import since as since_
from frontdesk.systems.allscripts.times import us
from frontdesk.systems.allscripts.unpublished import ITS_APPOINTMENT, ITS_ID, NOT_FOUND, Reference
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.request import Answer, Does, Request, Takes

NAME = "Veradigm"
_READS, _ACTS = 20.0, 30.0  # seconds
_LOGGED_OUT = "logged out due to inactivity"
_NOT_LICENSED = "not valid for this license"
_STATUS = ("STATUS", "Status")
_UNAUTHORIZED = 401
_APPOINTMENT, _PATIENT = "AppointmentID", "Patient_ID"
SEARCH_ENDS = 100
"""SearchPatients stops at so many rows, and does not say that there were more."""


class Declined(Refused):
    """Unity answered an action with an error. `missing`: by its words, since what was asked for is not there."""

    def __init__(self, action: str, *, missing: bool) -> None:
        super().__init__(f"Unity answers {action} with an error; its server's log (LastLogs) has the words.")
        self.missing = missing


class _LoggedOut(Exception):
    """The session has ended; nothing was done."""


class Client:
    """Asks one practice. `reference` says what the actions are called and how their XML is written."""

    def __init__(self, http: HttpClient, keys: Keys, clock: Clock, reference: Reference) -> None:
        self._http = http
        self._keys = keys
        self._reference = reference
        self._sessions = Sessions(http, keys, clock, self._log_in)

    async def close(self) -> None:
        """Give the session back and part from Unity."""
        await self._sessions.retire()
        await self._http.close()

    async def server(self) -> Foreign:
        """What the server says of itself and its clock."""
        rows = await self._read("server", id="System")
        if not rows:
            raise Unreadable("the server", "the list", "is empty")
        return rows[0]

    async def locations(self) -> list[Foreign]:
        """Every scheduling location."""
        return await self._read("locations", id="Scheduling_Location_ID")

    async def resources(self) -> list[Foreign]:
        """Every bookable column: a provider, a room or a device."""
        return await self._read("resources", id="Resource_ID")

    async def practitioners(self) -> list[Foreign]:
        """Everybody who sees patients, those who left too."""
        return await self._read("practitioners", id="Practitioner_ID")

    async def types(self) -> list[Foreign]:
        """Every appointment type."""
        return await self._read("types", id="Appointment_Type_ID")

    async def open_times(
        self, first: date, last: date, *, type: str, resource: str = "", location: str = ""
    ) -> list[Foreign]:
        """Where a visit of a type may begin, from the first day to the last, both included; "" is all of them.

        The order of the last parameters is not verified.
        """
        asked = {1: resource, 2: us(first), 3: us(last), 4: location, 6: type}
        return await self._read("open", asked, id="Resource_Abbreviation")

    async def schedule(self, first: date, last: date) -> list[Foreign]:
        """Everybody's visits from the first day to the last, both included, whatever their status."""
        asked = {1: us(first) if first == last else f"{us(first)}|{us(last)}", 3: "N", 4: "All"}
        return await self._read("schedule", asked, id=_APPOINTMENT)

    async def schedule_of(self, patient: str) -> list[Foreign]:
        """Every visit of one patient; none where Unity does not know the patient."""
        try:
            return await self._read("schedule of", patient=patient, id=_APPOINTMENT)
        except Declined as no:
            if no.missing:
                return []
            raise

    async def appointment(self, number: str) -> Foreign | None:
        """One visit; None where there is none."""
        try:
            rows = await self._read("visit", {1: number}, id=_APPOINTMENT)
        except Declined as no:
            if no.missing:
                return None
            raise
        return next((row for row in rows if row.text(_APPOINTMENT).strip() == number), None)

    async def changed(self, shown: datetime) -> list[Foreign]:
        """Visits that were changed since a moment on the server's clock, one that stands twice too."""
        return await self._read("changed", {3: since_(shown)}, id="Appointment_ID")

    async def find(self, values: Mapping[str, str]) -> list[Foreign]:
        """Patients by what the template for searching has words for; `SEARCH_ENDS` at most."""
        return await self._read("find", {1: self._reference.search.filled(values)}, id=_PATIENT)

    async def patient(self, number: str) -> Foreign | None:
        """One patient's demographics; None where Unity does not know the patient."""
        try:
            rows = await self._read("patient", patient=number, id=_PATIENT)
        except Declined as no:
            if no.missing:
                return None
            raise
        return rows[0] if rows else None

    async def save_patient(self, values: Mapping[str, str], *, number: str = "") -> str:
        """The number of the patient that was entered, or changed where a number is given.

        Raises: Declined, OutcomeUnknown (it may have been done).
        """
        xml = self._reference.patient.filled(values)
        rows = await self._magic("save patient", {1: xml}, patient=number, id=_PATIENT, does=Does.ACTS)
        return self._number_in(rows, ITS_ID, "save patient")

    async def book(self, values: Mapping[str, str]) -> str:
        """The number of a new visit. The vendor enforces blocks here; its forced variant is never called.

        Raises: Declined, OutcomeUnknown (it may have been done).
        """
        xml = self._reference.appointment.filled(values)
        rows = await self._magic("book", {1: xml}, patient=values["patient"], id=_APPOINTMENT, does=Does.ACTS)
        return self._number_in(rows, ITS_APPOINTMENT, "book")

    async def mark(
        self, number: str, letter: str, *, shown: datetime, confirmation: str = "", cancellation: str = ""
    ) -> None:
        """Give a visit another status. `shown` is its time; the others are numbers of the practice's own reasons.

        Raises: Declined, OutcomeUnknown (it may have been done).
        """
        asked = {1: number, 2: letter, 3: f"{shown:%m%d}", 4: f"{shown:%H%M}", 5: confirmation, 6: cancellation}
        await self._magic("mark", asked, id="Status", does=Does.ACTS)

    async def _log_in(self, token: str) -> bool:
        """Whether the user is known by a token from now on. Raises: OutcomeUnknown, NotPermitted, Unreachable."""
        action = self._reference.actions["log in"]
        asked = {1: self._keys.user_password}
        answer = await self._http.send(self._request(action, token, asked, patient="", does=Does.ACTS))
        if answer.status == _UNAUTHORIZED:
            raise NotPermitted(f"Unity answered 401 to {action}: the app is not let in. Ask the vendor.")
        try:
            rows = _rows(answer, action, id="ValidUser", does=Does.ACTS)
        except _LoggedOut:
            raise Unreachable("Unity ended a session as soon as it began; nothing was asked.") from None
        if not rows:
            raise Unreadable("the log-in", "the list", "is empty")
        return rows[0].word("ValidUser", {"YES": True, "NO": False})

    async def _read(
        self, word: str, asked: Mapping[int, str] | None = None, *, patient: str = "", id: str
    ) -> list[Foreign]:
        return await self._magic(word, asked or {}, patient=patient, id=id, does=Does.READS)

    async def _magic(
        self, word: str, asked: Mapping[int, str], *, patient: str = "", id: str, does: Does
    ) -> list[Foreign]:
        """The rows of an action. A session that has ended is begun anew once: nothing was done by it.

        Raises: Declined, NotPermitted, Unreachable, OutcomeUnknown, Unreadable.
        """
        action = self._reference.actions[word]
        for again in (True, False):
            token = await self._sessions.current()
            answer = await self._http.send(self._request(action, token, asked, patient=patient, does=does))
            if answer.status == _UNAUTHORIZED:
                self._sessions.ended(token)
                if again:
                    continue
                raise NotPermitted(f"Unity answered 401 to {action}, with a new session too. Ask the vendor.")
            try:
                rows = _rows(answer, action, id=id, does=does)
            except _LoggedOut:
                self._sessions.ended(token)
                if again:
                    continue
                raise Unreachable(f"Unity ends each session before {action}; nothing was asked.") from None
            self._sessions.used(token)
            return rows
        raise AssertionError("the second try always ends")

    def _request(self, action: str, token: str, asked: Mapping[int, str], *, patient: str, does: Does) -> Request:
        body = {
            "Action": action,
            "Appname": self._keys.app,
            "AppUserID": self._keys.user,
            "PatientID": patient,
            "Token": token,
            **{f"Parameter{place}": asked.get(place, "") for place in range(1, 7)},
            "Data": "",
        }
        return Request(
            method="POST",
            path="/json/MagicJson",
            json=body,
            does=does,
            answers=frozenset({_UNAUTHORIZED}),
            takes=Takes.OCTETS,
            seconds=_READS if does is Does.READS else _ACTS,
        )

    def _number_in(self, rows: list[Foreign], names: tuple[str, ...], word: str) -> str:
        for row in rows:
            for name in names:
                if row.has(name):
                    return str(row.fields[name]).strip()
        raise OutcomeUnknown(f"Unity took {self._reference.actions[word]}, and its answer names no number.")


def _rows(answer: Answer, action: str, *, id: str, does: Does) -> list[Foreign]:
    """The rows in an answer to an action. An error is never an empty list.

    Raises: Declined, NotPermitted, _LoggedOut, Unreadable; Unreachable or OutcomeUnknown for what is no answer.
    """
    text = answer.octets.decode("utf-8", "replace").strip()
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = text
    if isinstance(said, str) and ("magic error" in said.lower() or said.lower().startswith("error")):
        raise _fault(said, action)
    wrappers = said if isinstance(said, list) else []
    if len(wrappers) != 1 or not isinstance(wrappers[0], dict):
        raise _no_answer(action, does)
    wrapper = {str(name).lower(): value for name, value in wrappers[0].items()}
    if "error" in wrapper:
        raise _fault(str(wrapper["error"]), action)
    listed = wrapper.get(f"{action.lower()}info")
    if isinstance(listed, dict):  # one row, as the SOAP form has it
        listed = [listed]
    if not isinstance(listed, list):
        raise _no_answer(action, does)
    if not all(isinstance(row, dict) for row in listed):
        raise _no_answer(action, does)
    rows = Foreign.list_of(listed, what=action, id=id)
    if any("critical" in str(row.fields.get(name, "")).lower() for row in rows for name in _STATUS):
        raise Declined(action, missing=False)
    return rows


def _fault(text: str, action: str) -> Exception:
    """What an error means. Its words may name a patient, so they stand in no fault."""
    words = text.casefold()
    if _LOGGED_OUT in words:
        return _LoggedOut()
    if _NOT_LICENSED in words:
        return NotPermitted(f"The app is not certified for {action}. The vendor adds it; that is a certification anew.")
    return Declined(action, missing=any(one in words for one in NOT_FOUND))


def _no_answer(action: str, does: Does) -> Exception:
    if does is Does.READS:
        return Unreachable(f"Unity answered {action} with something that is no answer; nothing was read.")
    return OutcomeUnknown(f"Unity answered {action} with something that is no answer; it may have acted.")
