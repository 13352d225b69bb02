"""What a request must be before the practice sees it: a known address, headers, keys, token, user and licence."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from frontdesk.standards.simulating.http import Request
from frontdesk.systems.allscripts.simulator_calls import KEYS, PARAMETERS, Action, Asked, Whose, numbered
from frontdesk.systems.allscripts.simulator_practice import Flavour, Practice, World
from frontdesk.systems.allscripts.simulator_refusals import LOGGED_OUT, NOT_LICENSED, Form, documented, guess, seen
from frontdesk.systems.allscripts.simulator_rows import Row, number
from frontdesk.systems.allscripts.simulator_sessions import session_of

OWN_ROOT, EHR_ROOT, ROUTER_ROOT = "/UnityPM/unityservice.svc", "/Unity/UnityService.svc", "/UnityService.svc"
"""Documented [service-roots]: the client's own two servers, and the cloud router."""

OTHER_ROOTS = ("/fhirroute/", "/open/", "/fhir/")
"""FHIR: published, and not played here."""

SIGN_IN = ("GetUserAuthentication",)
IN_THE_REFERENCE = frozenset(
    (
        *("GetAllAvailableAppointments", "GetFirstAvailableAppointments", "GetAvailableTimeBlocks", "GetRecalls"),
        *("GetRecallTypes", "GetPatientPolicy", "GetPatientAccountBalance", "GetPatientAccountBalanceCalc"),
        *("LastLogs", "GetTokenValidation", "SaveForcedAppointment"),
    )
)
"""Actions of the practice management system whose parameters or rows are not known, or that nobody should use."""

OF_HTTP = frozenset(
    ("host", "accept", "accept-encoding", "connection", "user-agent", "content-length", "transfer-encoding")
)


class Door(Enum):
    """The three addresses below a service root. Seen [older-retire]: the third has an older name as well."""

    TOKEN = ("/json/gettoken",)
    MAGIC = ("/json/magicjson",)
    RETIRE = ("/json/retiretoken", "/json/retiresecuritytoken")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Where a request goes in: the door, whose it is, and whether it is the router's.

    Guess [router-to-the-pm]: the router leads to the practice management system alone.
    """

    door: Door
    flavour: Flavour
    router: bool


def find(request: Request) -> Found | None:
    """The door a request is at; None when there is none. Seen [casing-varies]: paths are read in any case."""
    path = request.path.lower()
    for door in Door:
        for root in (OWN_ROOT, EHR_ROOT, ROUTER_ROOT):
            if path in [root.lower() + one for one in door.value]:
                flavour = Flavour.EHR if root == EHR_ROOT else Flavour.PM
                return Found(door=door, flavour=flavour, router=root == ROUTER_ROOT)
    return None


def name_of(found: Found | None, request: Request) -> str:
    """The call as faults and `heard` name it: the action, or GetToken, or RetireToken; "" for what is neither."""
    match found:
        case None:
            return ""
        case Found(door=Door.TOKEN):
            return "GetToken"
        case Found(door=Door.RETIRE):
            return "RetireToken"
        case _:
            try:
                sent = json.loads(request.body)
            except ValueError:
                return ""
            action = sent.get("Action") if isinstance(sent, dict) else None
            return action if isinstance(action, str) else ""


def enter(found: Found | None, request: Request, world: World) -> Mapping[str, str]:
    """The keys of the body, when the address and the headers are known ones. Raises: Declined."""
    if found is None or (found.router and not world.ubiquity):
        if request.path.lower().startswith(OTHER_ROOTS) or request.path.lower().rstrip("/").endswith(".svc"):
            raise guess("not-simulated", "This simulator does not play what is there.", form=Form.STATUS, status=501)
        raise guess("no-such-path", "Endpoint not found.", form=Form.STATUS, status=404)
    if request.method != "POST" or request.query:
        raise guess("post-alone", "Method not allowed.", form=Form.STATUS, status=405)
    for name in request.headers:
        if name not in OF_HTTP and name != "content-type":
            raise guess("unknown-header", f"The header {name} is not known here.", form=Form.STATUS, status=400)
    # Seen [json-content-type]: clients send JSON as such. Guess [not-json]: what is none gets 400.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise seen("json-content-type", "The body must be JSON.", form=Form.STATUS, status=400)
    return _body(request)


def admit(
    actions: Sequence[Action], sent: Mapping[str, str], practice: Practice, flavour: Flavour, *, enabled: bool
) -> tuple[Action, Asked]:
    """The action and what it is asked, when everything about it is known and allowed. Raises: Declined.

    `enabled` is False once the service user was switched off: every token is refused then.
    """
    _check_keys(sent)
    if sent["Appname"] != practice.world.appname:
        raise guess("appname-refused", "The application is not known.")
    session = session_of(practice, sent["Token"], flavour) if enabled else None
    if session is None:
        raise seen("logged-out", LOGGED_OUT)
    name = sent["Action"]
    licensed = practice.world.licensed
    action = next((one for one in actions if one.name == name), None)
    if licensed is not None and name not in licensed and name not in SIGN_IN:
        raise seen("not-licensed", NOT_LICENSED)
    if action is None:
        if name in IN_THE_REFERENCE:
            raise guess("action-not-simulated", "This simulator does not play this action of the reference.")
        raise seen("not-licensed", NOT_LICENSED)
    if name not in SIGN_IN:
        _check_user(session, sent["AppUserID"])
    practice.sessions.change(number(session, "id"), {"used": practice.now().timestamp()})
    return action, _asked(action, sent, practice, session)


def _check_user(session: Row, user: str) -> None:
    """Documented [sign-in-first]: no other action before the user was authenticated. Guess [user-of-the-token]."""
    if session["user"] == "":
        raise documented("sign-in-first", "The user has not been authenticated; call GetUserAuthentication first.")
    if session["user"] != user:
        raise guess("user-of-the-token", "The user is not the one that this token was authenticated for.")


def _asked(action: Action, sent: Mapping[str, str], practice: Practice, session: Row) -> Asked:
    """Guess [parameter-not-taken]: a parameter, or a patient, that an action is not known to take must be empty."""
    given = {place: sent[name] for place, name in enumerate(PARAMETERS, start=1) if sent[name].strip()}
    for place in given:
        if place not in action.takes:
            raise guess("parameter-not-taken", f"Parameter{place} is not known for this action.")
    if sent["Data"]:
        raise guess("parameter-not-taken", "Data is not known for this action.")
    patient = None
    if sent["PatientID"].strip():
        if action.whose is Whose.NOBODYS:
            raise guess("parameter-not-taken", "PatientID is not known for this action.")
        patient = numbered(practice.patients, sent["PatientID"].strip(), "Patient")
    elif action.whose is Whose.ONE_PATIENTS:
        raise guess("patient-needed", "PatientID is required.")
    return Asked(parameters=given, patient=patient, session={**session, "asked": sent["AppUserID"]})


def _check_keys(sent: Mapping[str, str]) -> None:
    """Documented [all-keys]: each is there, empty or not. Guess [keys-missing]: 500 and bare text for one that is not.

    Guess [unknown-key]: one that is not among them is refused the same way.
    """
    for name in KEYS:
        if name not in sent:
            raise guess("keys-missing", f"Magic Error - {name} is missing.", form=Form.STATUS, status=500)
    for name in sent:
        if name not in KEYS:
            raise guess("unknown-key", f"Magic Error - {name} is not known.", form=Form.STATUS, status=500)


def _body(request: Request) -> Mapping[str, str]:
    try:
        sent: object = json.loads(request.body, object_pairs_hook=_once)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise guess("not-json", "The body is not a JSON object.", form=Form.STATUS, status=400)
    for name, value in sent.items():
        if not isinstance(value, str):
            raise guess("text-alone", f"Magic Error - {name} must be text.", form=Form.STATUS, status=500)
    return sent


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, value in pairs:
        if name in values:
            raise guess("repeated-key", f"Magic Error - {name} is given twice.", form=Form.STATUS, status=500)
        values[name] = value
    return values
