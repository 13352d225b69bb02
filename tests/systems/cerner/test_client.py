"""Millennium's own words over a real socket: one token for all who wait, pages, headers, and nothing guessed at."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from tests.systems.cerner.test_mapping import TENANT, payload, the_schedule, the_slot
from tests.wire.loopback import Asked, HangsUp, Loopback, Reply, Says, Waiting, a_client, a_server

from frontdesk.domain.faults import Impossible
from frontdesk.domain.time import Period
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.standards.fhir_scheduling.asking import Ask
from frontdesk.standards.fhir_scheduling.changing import create, patch, replace_step
from frontdesk.standards.fhir_scheduling.dialect import CERNER_R4
from frontdesk.standards.fhir_scheduling.finding import Wanted, free_times, patients_reached
from frontdesk.standards.fhir_scheduling.values import Coding, to
from frontdesk.systems.cerner.client import Client
from frontdesk.systems.cerner.tokens import SCOPES, Keys, Tokens
from frontdesk.wire.client import HttpClient, Trace

BASE = f"/r4/{TENANT}"
TOKEN, SMART = f"/tenants/{TENANT}/protocols/oauth2/profiles/smart-v1/token", f"{BASE}/.well-known/smart-configuration"
KEYS = Keys(client_id="app1", client_secret="s3cret")
VISIT = to("Appointment", "20470011")


@dataclass
class Clock:
    """Shows what it was set to."""

    shows: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 13, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.shows


@dataclass
class Domain:
    """Tells where tokens are had, gives tokens t1, t2, ... and answers whatever else as told."""

    answers: Callable[[Asked], Reply]
    address: str = ""
    tokens: int = 0
    token_reply: Reply | None = None
    smart_reply: Reply | None = None

    async def __call__(self, asked: Asked) -> Reply:
        if asked.path == SMART:
            return self.smart_reply or Says(body=payload("smart") | {"token_endpoint": f"{self.address}{TOKEN}"})
        if asked.path != TOKEN:
            return self.answers(asked)
        await asyncio.sleep(0.01)
        self.tokens += 1
        return self.token_reply or Says(body=payload("token") | {"access_token": f"t{self.tokens}"})


@dataclass
class Connected:
    client: Client
    domain: Domain
    server: Loopback
    clock: Clock
    traces: list[Trace]

    def asked(self) -> list[Asked]:
        """What was asked besides tokens."""
        return [one for one in self.server.asked if one.path not in {TOKEN, SMART}]

    def of(self, path: str) -> int:
        return sum(one.path == path for one in self.server.asked)


@asynccontextmanager
async def connected(
    answers: Callable[[Asked], Reply], *, token_reply: Reply | None = None, smart_reply: Reply | None = None
) -> AsyncIterator[Connected]:
    domain, clock, waiting = Domain(answers, token_reply=token_reply, smart_reply=smart_reply), Clock(), Waiting()
    traces: list[Trace] = []
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(a_server(domain))
        domain.address = server.address
        base = f"{server.address}{BASE}"
        fhir = await stack.enter_async_context(a_client(base, waiting=waiting, traces=traces))
        there = await stack.enter_async_context(a_client(server.address, waiting=waiting, traces=traces))

        def opens(at: str) -> HttpClient:
            assert at == server.address
            return there

        yield Connected(Client(fhir, Tokens(fhir, opens, KEYS, clock), base=base), domain, server, clock, traces)


def slots_asked() -> Ask:
    start = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
    wanted = Wanted(
        within=Period(start=start, end=start + timedelta(days=1)),
        services=(Coding(system=f"https://fhir.cerner.com/{TENANT}/codeSet/14249", code="24477854"),),
        practitioners=(to("Practitioner", "4122001"),),
        locations=(to("Location", "21304876"),),
    )
    ask = free_times(CERNER_R4, wanted)
    assert isinstance(ask, Ask)
    return ask


def pages_of(address: Callable[[], str], *pages: list[str]) -> Callable[[Asked], Reply]:
    """Slots in pages whose next one is known by a context that only the server makes."""

    def answer(asked: Asked) -> Reply:
        place = int(asked.query.get("-pageContext", "0"))
        entries = [{"resource": the_slot() | {"id": id}, "search": {"mode": "match"}} for id in pages[place]] + [
            {"resource": the_schedule(), "search": {"mode": "include"}}
        ]
        links = [{"relation": "self", "url": f"{address()}{asked.target}"}]
        if place + 1 < len(pages):
            url = f"{address()}{BASE}/Slot?-pageContext={place + 1}&-pageDirection=NEXT"
            links.append({"relation": "next", "url": url})
        return Says(body={"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries})

    return answer


async def test_a_token_is_asked_for_where_the_domain_says_and_borne_by_every_call() -> None:
    async with connected(lambda _: Says(body=payload("appointment"))) as desk:
        await desk.client.one(VISIT)
        await desk.client.one(VISIT)

    smart, token, *calls = desk.server.asked
    assert (smart.method, smart.path, "authorization" in smart.headers) == ("GET", SMART, False)
    assert (token.method, token.path) == ("POST", TOKEN)
    assert token.headers["authorization"] == f"Basic {base64.b64encode(b'app1:s3cret').decode()}"
    assert parse_qs(token.body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": [" ".join(f"system/{one}" for one in SCOPES)],
    }
    assert [call.headers["authorization"] for call in calls] == ["Bearer t1", "Bearer t1"]
    assert [call.headers["accept"] for call in calls] == ["application/fhir+json"] * 2


async def test_many_calls_that_wait_for_a_token_ask_for_one() -> None:
    async with connected(lambda _: Says(body=payload("appointment"))) as desk:
        await asyncio.gather(*(desk.client.one(VISIT) for _ in range(30)))

    assert (desk.domain.tokens, desk.of(SMART)) == (1, 1)


async def test_a_call_that_gives_up_does_not_take_the_token_from_the_others() -> None:
    async with connected(lambda _: Says(body=payload("appointment"))) as desk:
        first = asyncio.create_task(desk.client.one(VISIT))
        second = asyncio.create_task(desk.client.one(VISIT))
        await asyncio.sleep(0.005)
        first.cancel()
        found = await second

    assert found is not None
    assert desk.domain.tokens == 1


async def test_a_token_is_used_until_a_minute_before_its_end_by_the_desks_clock() -> None:
    async with connected(lambda _: Says(body=payload("appointment"))) as desk:
        await desk.client.one(VISIT)
        desk.clock.shows += timedelta(seconds=509)
        await desk.client.one(VISIT)
        before = desk.domain.tokens
        desk.clock.shows += timedelta(seconds=1)
        await desk.client.one(VISIT)

    assert (before, desk.domain.tokens, desk.of(SMART)) == (1, 2, 1)


def only_with(token: str) -> Callable[[Asked], Reply]:
    return lambda asked: (
        Says(body=payload("appointment")) if asked.headers["authorization"] == f"Bearer {token}" else Says(status=401)
    )


async def test_many_calls_that_are_turned_away_ask_for_one_new_token_and_go_on() -> None:
    async with connected(only_with("t2")) as desk:
        found = await asyncio.gather(*(desk.client.one(VISIT) for _ in range(12)))

    assert all(found)
    assert desk.domain.tokens == 2


async def test_a_call_that_is_turned_away_twice_is_for_a_person() -> None:
    async with connected(lambda _: Says(status=401)) as desk:
        with pytest.raises(NotPermitted, match="enabled in the hospital's domain"):
            await desk.client.one(VISIT)

    assert len(desk.asked()) == 2


@pytest.mark.parametrize("status", [400, 401])
async def test_keys_that_are_not_taken_are_for_a_person_and_not_asked_with_again_at_once(status: int) -> None:
    refused = Says(status=status, body={"error": "invalid_client", "error_description": "s3cret is wrong"})
    async with connected(lambda _: Says(body=payload("appointment")), token_reply=refused) as desk:
        with pytest.raises(NotPermitted) as told:
            await desk.client.one(VISIT)

    assert "s3cret" not in str(told.value)
    assert (desk.domain.tokens, desk.asked()) == (1, [])


async def test_a_domain_that_does_not_let_the_app_in_is_for_a_person() -> None:
    shut = Says(status=403, body=b"Tenant not valid or accessible")
    async with connected(lambda _: Says(), smart_reply=shut) as desk:
        with pytest.raises(NotPermitted):
            await desk.client.one(VISIT)

    assert desk.domain.tokens == 0


@pytest.mark.parametrize(
    "wrong", [{"access_token": ""}, {"access_token": "a\r\nb"}, {"expires_in": "soon"}, {"access_token": None}]
)
async def test_a_token_that_is_none_is_not_guessed_at(wrong: dict[str, object]) -> None:
    reply = Says(body=payload("token") | wrong)
    async with connected(lambda _: Says(body=payload("appointment")), token_reply=reply) as desk:
        with pytest.raises(Refused):
            await desk.client.one(VISIT)

    assert desk.asked() == []


async def test_a_search_is_asked_as_published() -> None:
    async with connected(lambda asked: pages_of(lambda: desk.server.address, ["a"])(asked)) as desk:
        await desk.client.search(slots_asked(), "Slot")

    (asked,) = desk.asked()
    sent = parse_qs(asked.target.partition("?")[2])
    assert asked.path == f"{BASE}/Slot"
    assert sent == {
        "service-type": [f"https://fhir.cerner.com/{TENANT}/codeSet/14249|24477854"],
        "schedule.actor": ["Practitioner/4122001"],
        "-location": ["Location/21304876"],
        "start": ["ge2026-03-05T15:00:00Z", "lt2026-03-06T15:00:00Z"],
        "_include": ["Slot:schedule"],
        "_count": ["50"],
    }


async def test_pages_are_followed_to_the_end_and_what_comes_twice_counts_once() -> None:
    pages = ["a", "b"], ["b", "c"], ["d"], ["e"], ["f"]
    async with connected(lambda asked: pages_of(lambda: desk.server.address, *pages)(asked)) as desk:
        found = await desk.client.search(slots_asked(), "Slot")

    assert [one["id"] for one in found.matches] == ["a", "b", "c", "d", "e", "f"]
    assert [one["resourceType"] for one in found.included] == ["Schedule"]
    assert len(desk.asked()) == 5


async def test_the_first_page_alone_is_one_question() -> None:
    pages = ["a"], ["b"]
    async with connected(lambda asked: pages_of(lambda: desk.server.address, *pages)(asked)) as desk:
        found = await desk.client.first(slots_asked(), "Slot")

    assert [one["id"] for one in found] == ["a"]
    assert len(desk.asked()) == 1


@pytest.mark.parametrize(
    "next_page",
    [
        "https://elsewhere.example.com/r4/x/Slot?-pageContext=1",
        f"{BASE}/Slot?-pageContext=0&-pageDirection=NEXT",  # itself, again and again
    ],
)
async def test_a_next_page_elsewhere_or_read_before_ends_the_list_as_refused(next_page: str) -> None:
    def answer(asked: Asked) -> Reply:
        url = next_page if next_page.startswith("https") else f"{desk.server.address}{next_page}"
        links = [{"relation": "next", "url": url}]
        return Says(body={"resourceType": "Bundle", "type": "searchset", "link": links, "entry": []})

    async with connected(answer) as desk:
        with pytest.raises(Refused, match="next page"):
            await desk.client.search(slots_asked(), "Slot")

    assert len(desk.asked()) <= 2
    assert all("elsewhere" not in one.headers.get("host", "") for one in desk.server.asked)


async def test_a_change_carries_the_version_and_no_header_that_is_not_published() -> None:
    async with connected(lambda _: Says(headers={"ETag": 'W/"1"', "Content-Type": "text/html"})) as desk:
        said = await desk.client.act(patch(VISIT, "0", [replace_step("/status", "cancelled")]))

    (asked,) = desk.asked()
    assert (asked.method, asked.path) == ("PATCH", f"{BASE}/Appointment/20470011")
    assert (asked.headers["if-match"], asked.headers["content-type"]) == ('W/"0"', "application/json-patch+json")
    assert "prefer" not in asked.headers
    assert (said.status, said.body, said.headers["etag"]) == (200, None, 'W/"1"')


async def test_what_acts_is_sent_once_and_its_lost_answer_is_unknown() -> None:
    async with connected(lambda _: HangsUp()) as desk:
        with pytest.raises(OutcomeUnknown):
            await desk.client.act(create({"resourceType": "Appointment", "status": "booked"}))

    assert len(desk.asked()) == 1


async def test_what_reads_is_asked_again() -> None:
    replies = iter([HangsUp(), Says(status=503, body=b"<html>"), Says(body=payload("appointment"))])
    async with connected(lambda _: next(replies)) as desk:
        found = await desk.client.one(VISIT)

    assert found is not None
    assert found["id"] == "20470011"
    assert len(desk.asked()) == 3


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Says(status=400, body=b"no supported search parameters provided"), Refused),
        (Says(status=403, body=b"system/Slot.read is needed"), NotPermitted),
        (Says(status=422), Refused),
        (Says(body=b"not json"), Unreachable),
        (Says(body={"resourceType": "OperationOutcome", "issue": []}), Refused),
        (Says(status=503), Unreachable),
    ],
    ids=["text", "scope", "empty", "no json", "no bundle", "away"],
)
async def test_errors_of_any_form_are_faults(reply: Reply, fault: type[Exception]) -> None:
    async with connected(lambda _: reply) as desk:
        with pytest.raises(fault):
            await desk.client.search(slots_asked(), "Slot")


@pytest.mark.parametrize("status", [404, 410])
async def test_what_is_not_there_is_none(status: int) -> None:
    async with connected(lambda _: Says(status=status)) as desk:
        assert await desk.client.one(VISIT) is None


async def test_traces_show_the_shape_of_a_call_and_nothing_of_a_patient() -> None:
    empty = {"resourceType": "Bundle", "type": "searchset", "entry": []}
    async with connected(lambda _: Says(body=empty)) as desk:
        await desk.client.search(patients_reached("phone", "5125550148"), "Patient")

    shown = repr(desk.traces)
    assert "/Patient" in shown
    assert "5125550148" not in shown


@pytest.mark.parametrize("keys", [("", "x"), ("a b", "x"), ("a:b", "x"), ("a", ""), ("a", "bä")])
def test_keys_that_are_none_are_told(keys: tuple[str, str]) -> None:
    with pytest.raises(Impossible, match="client_"):
        Keys(client_id=keys[0], client_secret=keys[1])


def test_keys_are_not_shown() -> None:
    assert "s3cret" not in repr(KEYS)
