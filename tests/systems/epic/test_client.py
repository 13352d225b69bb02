"""Epic's own words over a real socket: one token for all, signed as wanted, pages by the same body, no guesses."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from joserfc import jwt
from tests.systems.epic.a_desk import the_keys
from tests.systems.epic.simulated import a_key
from tests.systems.epic.test_mapping import payload
from tests.wire.loopback import Asked, HangsUp, Loopback, Reply, Says, Waiting, a_client, a_server

from frontdesk.domain.faults import Impossible
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.standards.fhir_scheduling.asking import Ask, Does, Release
from frontdesk.systems.epic.client import Client, Did, NotThere
from frontdesk.systems.epic.tokens import Keys, Tokens
from frontdesk.wire.client import Trace
from frontdesk.wire.foreign import Unreadable

INSTANCE = "/interconnect"
TOKEN = f"{INSTANCE}/oauth2/token"
FIND = Ask(
    method="POST", path="/Appointment/$find", does=Does.READS, release=Release.STU3, body={"resourceType": "Parameters"}
)
BOOK = replace(FIND, path="/Appointment/$book", does=Does.ACTS)
READ = Ask(method="GET", path="/Patient/{id}", does=Does.READS, ids={"id": "eQ1x.Lr7"})


@dataclass
class Clock:
    """Shows what it was set to."""

    shows: datetime = field(default_factory=lambda: datetime(2027, 1, 4, 12, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.shows


@dataclass
class Gateway:
    """Gives tokens t1, t2, ... and answers whatever else as told."""

    answers: Callable[[Asked], Reply]
    tokens: int = 0
    token_reply: Reply | None = None

    async def __call__(self, asked: Asked) -> Reply:
        if asked.path != TOKEN:
            return self.answers(asked)
        await asyncio.sleep(0.01)
        self.tokens += 1
        return self.token_reply or Says(body=payload("token") | {"access_token": f"t{self.tokens}"})


@dataclass
class Connected:
    client: Client
    gateway: Gateway
    server: Loopback
    clock: Clock
    waiting: Waiting
    traces: list[Trace]

    def asked(self) -> list[Asked]:
        """What was asked besides tokens."""
        return [one for one in self.server.asked if one.path != TOKEN]


@asynccontextmanager
async def connected(answers: Callable[[Asked], Reply], *, token_reply: Reply | None = None) -> AsyncIterator[Connected]:
    gateway, clock, waiting = Gateway(answers, token_reply=token_reply), Clock(), Waiting()
    traces: list[Trace] = []
    async with a_server(gateway) as server:
        address = f"{server.address}{INSTANCE}"
        async with a_client(address, waiting=waiting, traces=traces) as http:
            tokens = Tokens(http, the_keys(), clock, address=address)
            client = Client(http, tokens, address=address, user="1", user_kind="External")
            yield Connected(client, gateway, server, clock, waiting, traces)


def patient(_: Asked) -> Reply:
    return Says(body=payload("patient"))


async def test_a_token_is_asked_for_by_a_signed_assertion_and_borne_by_every_call() -> None:
    async with connected(patient) as desk:
        await desk.client.one(READ)
        await desk.client.one(READ)

    token, *calls = desk.server.asked
    form = {name: values[0] for name, values in parse_qs(token.body.decode()).items()}
    signed = jwt.decode(form.pop("client_assertion"), a_key(), algorithms=["RS384"])
    claims = signed.claims
    now = desk.clock.shows.timestamp()
    assert form == {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    assert {name: signed.header[name] for name in ("alg", "typ", "kid")} == {
        "alg": "RS384",
        "typ": "JWT",
        "kid": "simulated",
    }
    assert claims["iss"] == claims["sub"] == "00000000-simulated-client"
    assert claims["aud"] == f"{desk.server.address}{TOKEN}"
    assert claims["iat"] <= now < claims["exp"] <= claims["iat"] + 300
    assert len(claims["jti"]) <= 151
    assert [call.headers["authorization"] for call in calls] == ["Bearer t1", "Bearer t1"]
    assert [call.headers["accept"] for call in calls] == ["application/fhir+json"] * 2


async def test_no_assertion_is_used_twice() -> None:
    async with connected(patient) as desk:
        await desk.client.one(READ)
        desk.clock.shows += timedelta(hours=1)
        await desk.client.one(READ)

    forms = [parse_qs(one.body.decode()) for one in desk.server.asked if one.path == TOKEN]
    claims = [jwt.decode(form["client_assertion"][0], a_key(), algorithms=["RS384"]).claims for form in forms]
    assert len({one["jti"] for one in claims}) == 2


async def test_many_calls_that_wait_for_a_token_ask_for_one() -> None:
    async with connected(patient) as desk:
        await asyncio.gather(*(desk.client.one(READ) for _ in range(30)))

    assert desk.gateway.tokens == 1


async def test_a_token_is_used_for_as_long_as_it_says_by_the_desks_clock_and_no_longer() -> None:
    async with connected(patient) as desk:
        await desk.client.one(READ)
        desk.clock.shows += timedelta(minutes=58)
        await desk.client.one(READ)
        before = desk.gateway.tokens
        desk.clock.shows += timedelta(minutes=1)
        await desk.client.one(READ)

    assert (before, desk.gateway.tokens) == (1, 2)


async def test_a_stray_401_is_met_with_one_new_token_for_all_who_met_it() -> None:
    def only_with_t2(asked: Asked) -> Reply:
        known = asked.headers["authorization"] == "Bearer t2"
        return Says(body=payload("patient")) if known else Says(status=401, body="Unauthorized")

    async with connected(only_with_t2) as desk:
        found = await asyncio.gather(*(desk.client.one(READ) for _ in range(8)))

    assert all(one is not None for one in found)
    assert desk.gateway.tokens == 2


async def test_a_401_with_a_fresh_token_is_for_a_person() -> None:
    async with connected(lambda _: Says(status=401, body="Unauthorized")) as desk:
        with pytest.raises(NotPermitted, match="the hospital must let us in"):
            await desk.client.one(READ)

    assert (desk.gateway.tokens, len(desk.asked())) == (2, 2)


async def test_an_assertion_that_is_not_taken_is_for_a_person_and_nothing_of_the_key_is_told() -> None:
    refused = Says(status=400, body={"error": "invalid_client", "error_description": None})
    async with connected(patient, token_reply=refused) as desk:
        with pytest.raises(NotPermitted, match="tells no reason") as told:
            await desk.client.one(READ)

    assert desk.asked() == []
    assert "PRIVATE" not in str(told.value) + repr(the_keys())


async def test_where_no_token_is_to_be_had_everybody_hears_so_and_the_next_asks_anew() -> None:
    async with connected(patient, token_reply=Says(status=503)) as desk:
        outcomes = await asyncio.gather(*(desk.client.one(READ) for _ in range(5)), return_exceptions=True)
        asked = desk.gateway.tokens
        desk.gateway.token_reply = None
        found = await desk.client.one(READ)

    assert all(isinstance(outcome, Unreachable) for outcome in outcomes)
    assert asked == 3  # the three tries of one question
    assert found is not None


async def test_whoever_gives_up_waiting_for_a_token_leaves_it_to_the_others() -> None:
    async with connected(patient) as desk:
        first, second = (asyncio.create_task(desk.client.one(READ)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        found = await second

    assert found is not None
    assert desk.gateway.tokens == 1


def test_a_key_that_lost_its_line_ends_on_the_way_is_understood() -> None:
    keys = the_keys()
    flat = " ".join(keys.private_key.split("\n"))

    assert replace(keys, private_key=flat).key.as_dict() == keys.key.as_dict()


@pytest.mark.parametrize("private_key", ["", "secret", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_a_key_that_is_none_is_told_before_anything_is_asked(private_key: str) -> None:
    with pytest.raises(NotPermitted, match=r"systems\.epic\.private_key"):
        Keys(client_id="app", private_key=private_key)


def test_a_public_key_signs_nothing() -> None:
    with pytest.raises(NotPermitted, match="RSA private key"):
        Keys(client_id="app", private_key=a_key().as_pem(private=False).decode())


@pytest.mark.parametrize("client_id", ["", "a b", "ä", "a\n"])
def test_a_client_id_that_is_none_is_told_before_anything_is_asked(client_id: str) -> None:
    with pytest.raises(Impossible, match=r"systems\.epic\.client_id"):
        replace(the_keys(), client_id=client_id)


def in_pages(*sizes: int) -> Callable[[Asked], Reply]:
    """Offers in pages of those sizes; a page's address holds its number."""

    def answer(asked: Asked) -> Reply:
        page = int(asked.query.get("page", "0"))
        whole = payload("found")
        [entry] = whole["entry"]
        ids = [f"e{page}.{number}" for number in range(sizes[page])]
        entries = [entry | {"resource": entry["resource"] | {"id": id}} for id in ids]
        follows = [{"relation": "next", "url": f"http://{asked.headers['host']}{asked.path}?page={page + 1}"}]
        more = follows if page + 1 < len(sizes) else []
        return Says(body=whole | {"entry": entries, "link": more})

    return answer


async def test_every_page_is_turned_by_posting_the_same_body_again() -> None:
    async with connected(in_pages(2, 2, 0, 2, 1)) as desk:
        pages = await desk.client.search(FIND, "Appointment")

    assert [len(page.matches) for page in pages] == [2, 2, 0, 2, 1]
    assert {(one.method, one.body) for one in desk.asked()} == {("POST", b'{"resourceType":"Parameters"}')}
    assert [one.target.partition("?")[2] for one in desk.asked()] == ["", "page=1", "page=2", "page=3", "page=4"]


@pytest.mark.parametrize("elsewhere", ["https://evil.example/interconnect/api/FHIR/STU3/x", "/interconnect/oauth2/x"])
async def test_a_next_page_that_lies_elsewhere_is_not_asked_for(elsewhere: str) -> None:
    whole = payload("found") | {"link": [{"relation": "next", "url": elsewhere}]}
    async with connected(lambda _: Says(body=whole)) as desk:
        with pytest.raises(Refused, match="next page lies"):
            await desk.client.search(FIND, "Appointment")

    assert len(desk.asked()) == 1


async def test_a_next_page_that_was_read_before_does_not_go_on_for_ever() -> None:
    def again(asked: Asked) -> Reply:
        link = {"relation": "next", "url": f"http://{asked.headers['host']}{asked.path}?page=1"}
        return Says(body=payload("found") | {"link": [link]})

    async with connected(again) as desk:
        with pytest.raises(Refused, match="read before"):
            await desk.client.search(FIND, "Appointment")

    assert len(desk.asked()) == 2


async def test_nothing_found_is_an_empty_list_whatever_the_status() -> None:
    said = [Says(body=payload("nothing")), Says(status=404, body=payload("nothing")["entry"][0]["resource"])]
    said[1].body["issue"][0]["severity"] = "error"  # type: ignore[index]
    async with connected(lambda _: said.pop(0)) as desk:
        first = await desk.client.search(FIND, "Appointment")
        second = await desk.client.search(FIND, "Appointment")

    assert [len(page.matches) for page in first] == [0]
    assert second == []


def outcome(code: str, severity: str) -> object:
    """An outcome of Epic's with one code."""
    whole = payload("gone")
    [issue] = whole["issue"]
    coding = issue["details"]["coding"][0] | {"code": code}
    return whole | {"issue": [issue | {"severity": severity, "code": "processing", "details": {"coding": [coding]}}]}


async def test_a_visit_type_that_epic_does_not_know_is_for_a_person() -> None:
    whole = payload("nothing")
    whole["entry"].insert(0, {"resource": outcome("59200", "warning"), "search": {"mode": "outcome"}})
    async with connected(lambda _: Says(body=whole)) as desk:
        with pytest.raises(NotPermitted, match="no visit type"):
            await desk.client.search(FIND, "Appointment")


async def test_a_hint_beside_the_times_hides_none_of_them() -> None:
    whole = payload("found")
    whole["entry"].append({"resource": outcome("59109", "information"), "search": {"mode": "outcome"}})
    async with connected(lambda _: Says(body=whole)) as desk:
        [page] = await desk.client.search(FIND, "Appointment")

    assert [one["id"] for one in page.of("Appointment")] == ["eTmp.001"]


@pytest.mark.parametrize(
    ("status", "code", "fault"),
    [
        (403, "forbidden", NotPermitted),
        (404, "not-found", NotThere),
        (400, "value", Refused),
        (400, "throttled", Unreachable),
        (400, "transient", Unreachable),
    ],
)
async def test_an_outcome_is_the_fault_that_it_means(status: int, code: str, fault: type[Exception]) -> None:
    body = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code}]}
    async with connected(lambda _: Says(status=status, body=body)) as desk:
        with pytest.raises(fault):
            await desk.client.search(FIND, "Appointment")


async def test_what_is_not_there_is_none() -> None:
    async with connected(lambda _: Says(status=404, body=payload("gone"))) as desk:
        assert await desk.client.one(READ) is None


@pytest.mark.parametrize("reply", [HangsUp(), Says(status=500), Says(status=503, body=b"<html>")], ids=str)
async def test_a_booking_without_an_answer_is_unknown_and_sent_once(reply: Reply) -> None:
    async with connected(lambda _: reply) as desk:
        with pytest.raises(OutcomeUnknown):
            await desk.client.ask(BOOK)

    assert len(desk.asked()) == 1


async def test_too_many_calls_are_waited_out_and_a_booking_goes_through_once() -> None:
    replies = [Says(status=429), Says(body=payload("booked"))]
    async with connected(lambda _: replies.pop(0)) as desk:
        said = await desk.client.ask(BOOK)

    assert said.worked
    assert len(desk.waiting.waits) == 1


async def test_the_number_that_epics_own_services_want_is_asked_for_by_the_fhir_id() -> None:
    async with connected(lambda _: Says(body=payload("identifiers"))) as desk:
        number = await desk.client.patient_number("eQ1x.Lr7")

    [asked] = desk.asked()
    assert number == "3258559"
    assert asked.path.endswith("/api/epic/2015/Common/Patient/GetPatientIdentifiers/Patient/Identifiers")
    assert asked.json == {"PatientID": "eQ1x.Lr7", "PatientIDType": "FHIR", "UserID": "1", "UserIDType": "External"}


@pytest.mark.parametrize("ids", [[], [{"ID": "1", "IDType": "EPI"}, {"ID": "2", "IDType": "EPI"}], "none"])
async def test_a_patient_without_one_number_is_reported_and_none_is_guessed(ids: object) -> None:
    async with connected(lambda _: Says(body={"Identifiers": ids})) as desk:
        with pytest.raises(Unreadable):
            await desk.client.patient_number("eQ1x.Lr7")


async def test_days_are_written_as_that_service_wants_them() -> None:
    async with connected(lambda _: Says(body=payload("visits"))) as desk:
        [row] = await desk.client.visits_between("3258559", date(2027, 1, 4), date(2027, 11, 30))

    asked = desk.asked()[0].json
    assert (asked["StartDate"], asked["EndDate"], asked["IncludeAllStatuses"]) == ("1/4/2027", "11/30/2027", "1")
    assert row.text("AppointmentStatus") == "Scheduled"


async def test_an_error_in_an_answer_of_the_services_is_a_refusal() -> None:
    async with connected(lambda _: Says(body={"Appointments": [], "Error": "PATIENT LOCKED"})) as desk:
        with pytest.raises(Refused, match="an error of its own") as told:
            await desk.client.visits_between("3258559", date(2027, 1, 5), date(2027, 1, 5))

    assert "LOCKED" not in str(told.value)


@pytest.mark.parametrize(
    ("reply", "did"),
    [
        (Says(body={}), Did.DONE),
        (Says(), Did.DONE),
        (Says(body={"IsSuccess": True}), Did.DONE),
        (Says(body={"IsSuccess": False}), Did.NOT_SO),
        (Says(status=400, body={"Message": "An error has occurred.", "ExceptionMessage": "..."}), Did.NOT_SO),
    ],
    ids=str,
)
async def test_a_cancellation_that_is_refused_is_told_and_not_raised(reply: Reply, did: Did) -> None:
    async with connected(lambda _: reply) as desk:
        assert await desk.client.cancel("3258559", "256594373", "Patient request") is did

    assert desk.asked()[0].json == {
        "Patient": {"ID": "3258559", "Type": "EPI"},
        "Contact": {"ID": "256594373", "Type": "CSN"},
        "Reason": "Patient request",
    }


async def test_no_patient_is_in_what_is_traced() -> None:
    async with connected(patient) as desk:
        await desk.client.one(READ)

    assert "eQ1x" not in repr(desk.traces)
    assert {trace.path for trace in desk.traces} == {"/oauth2/token", "/api/FHIR/R4/Patient/{id}"}
