"""The one HTTP client over real sockets, to servers that have good and bad days."""

import asyncio
import logging
import socket
import ssl
from pathlib import Path

import pytest
from tests.wire.loopback import Answers, Asked, HangsUp, Says, Waiting, a_client, a_server

from frontdesk.domain.faults import Impossible
from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.wire.breaker import Breaker
from frontdesk.wire.client import HttpClient, Trace
from frontdesk.wire.request import MOST_BYTES, Answer, Does, Request, Takes

CERTIFICATES = Path(__file__).parents[1] / "channels" / "email"

READ = Request(method="GET", path="/visits", does=Does.READS, seconds=2)
WRITE = Request(method="POST", path="/visits", does=Does.ACTS, json={"name": "Robin Testcase"}, seconds=2)
HTML = b"<!doctype html><title>Back at six</title>"


def in_turn(*replies: Says | HangsUp) -> Answers:
    """Each reply once; the last one for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


async def test_an_answer_comes_back_as_its_json() -> None:
    async with a_server(in_turn(Says(body=[{"id": 1}]))) as server, a_client(server.address) as client:
        answer = await client.send(READ)

    assert answer == Answer(status=200, json=[{"id": 1}])


async def test_what_is_sent_arrives_whole_and_nothing_in_it_reaches_another_path() -> None:
    request = Request(
        method="PUT",
        path="/visits/{id}/Break",
        ids={"id": "7/../8?x=1"},
        query={"day": "2026-03-09 08:00:00", "name": "de la Cruz & Söhne"},
        headers={"Authorization": "secret"},
        json={"why": "María"},
        does=Does.ACTS,
    )
    async with a_server(in_turn(Says(body={}))) as server, a_client(server.address + "/api/v1/") as client:
        await client.send(request)

    arrived = server.asked[0]
    assert arrived.target.startswith(
        "/api/v1/visits/7%2F..%2F8%3Fx%3D1/Break?day=2026-03-09%2008%3A00%3A00&name=de%20la"
    )
    assert arrived.query["name"] == "de la Cruz & Söhne"
    assert arrived.headers["authorization"] == "secret"
    assert arrived.json == {"why": "María"}


async def test_a_body_may_be_a_list_such_as_a_json_patch() -> None:
    patch = [{"op": "replace", "path": "/status", "value": "cancelled"}]
    request = Request(method="PATCH", path="/Appointment/7", json=patch, does=Does.ACTS)
    async with a_server(in_turn(Says(body={}))) as server, a_client(server.address) as client:
        await client.send(request)

    assert server.asked[0].json == patch


async def test_an_empty_answer_is_an_answer() -> None:
    async with a_server(in_turn(Says())) as server, a_client(server.address) as client:
        answer = await client.send(WRITE)

    assert answer == Answer(status=200, json=None)


async def test_what_the_request_counts_as_an_answer_is_no_fault() -> None:
    request = Request(method="GET", path="/visits/1", does=Does.READS, answers=frozenset({404}))
    async with (
        a_server(in_turn(Says(status=404, body=b"Appointment not found"))) as server,
        a_client(server.address) as client,
    ):
        answer = await client.send(request)

    assert answer == Answer(status=404, words="Appointment not found")


@pytest.mark.parametrize(
    ("reply", "on_reading", "on_acting"),
    [
        pytest.param(Says(status=400, body=b"Robin Testcase has no chart"), Refused, Refused, id="400"),
        pytest.param(Says(status=401), NotPermitted, NotPermitted, id="401"),
        pytest.param(Says(status=402), NotPermitted, NotPermitted, id="402"),
        pytest.param(Says(status=403), NotPermitted, NotPermitted, id="403"),
        pytest.param(Says(status=404), Refused, Refused, id="404"),
        pytest.param(Says(status=409), Refused, Refused, id="409"),
        pytest.param(Says(status=302, headers={"Location": "/elsewhere"}), Refused, Refused, id="302"),
        pytest.param(Says(status=429), Unreachable, Unreachable, id="429"),
        pytest.param(Says(status=408), Unreachable, OutcomeUnknown, id="408"),
        pytest.param(Says(status=500), Unreachable, OutcomeUnknown, id="500"),
        pytest.param(Says(status=503, body=HTML), Unreachable, OutcomeUnknown, id="503"),
        pytest.param(Says(status=504), Unreachable, OutcomeUnknown, id="504"),
        pytest.param(Says(body=HTML), Unreachable, OutcomeUnknown, id="a page"),
        pytest.param(Says(body=b'{"AptNum": 90'), Unreachable, OutcomeUnknown, id="half an object"),
        pytest.param(Says(body=b'{"AptNum": NaN}'), Unreachable, OutcomeUnknown, id="no number"),
        pytest.param(Says(body=b"[" * 100_000), Unreachable, OutcomeUnknown, id="brackets without end"),
        pytest.param(Says(body=[1, 2, 3], whole=False), Unreachable, OutcomeUnknown, id="cut in the middle"),
        pytest.param(
            Says(body=b"plain", headers={"Content-Encoding": "gzip"}), Unreachable, OutcomeUnknown, id="no gzip"
        ),
        pytest.param(HangsUp(), Unreachable, OutcomeUnknown, id="hung up"),
        pytest.param(Says(seconds=60), Unreachable, OutcomeUnknown, id="silence"),
        pytest.param(Says(body=["drop"] * 9, pace=0.05), Unreachable, OutcomeUnknown, id="drop by drop"),
    ],
)
async def test_each_bad_answer_is_the_fault_that_calls_for_the_right_act(
    reply: Says | HangsUp, on_reading: type[Fault], on_acting: type[Fault]
) -> None:
    read, write = (Request(method=r.method, path=r.path, does=r.does, json=r.json, seconds=0.2) for r in (READ, WRITE))
    async with a_server(in_turn(reply)) as server, a_client(server.address) as client:
        with pytest.raises(on_reading) as while_reading:
            await client.send(read)
        with pytest.raises(on_acting) as while_acting:
            await client.send(write)

    assert type(while_reading.value) is on_reading
    assert type(while_acting.value) is on_acting
    assert "Robin" not in f"{while_reading.value}{while_acting.value}"


@pytest.mark.parametrize(
    "reply",
    [Says(status=500), Says(status=504), Says(body=HTML), HangsUp(), Says(seconds=60), Says(body=[1, 2], whole=False)],
    ids=str,
)
async def test_what_may_have_acted_is_never_sent_twice(reply: Says | HangsUp) -> None:
    request = Request(method="POST", path="/visits", does=Does.ACTS, json={}, seconds=0.2)
    async with a_server(in_turn(reply)) as server, a_client(server.address) as client:
        with pytest.raises(OutcomeUnknown):
            await client.send(request)

    assert len(server.asked) == 1


@pytest.mark.parametrize("bad", [Says(status=500), Says(body=HTML), HangsUp(), Says(status=429)], ids=str)
async def test_reading_is_tried_again(bad: Says | HangsUp) -> None:
    async with a_server(in_turn(bad, bad, Says(body=["there"]))) as server, a_client(server.address) as client:
        answer = await client.send(READ)

    assert answer.json == ["there"]
    assert len(server.asked) == 3


async def test_reading_is_given_up_after_three_tries() -> None:
    async with a_server(in_turn(Says(status=500))) as server, a_client(server.address) as client:
        with pytest.raises(Unreachable):
            await client.send(READ)

    assert len(server.asked) == 3


async def test_a_no_is_not_argued_with() -> None:
    async with a_server(in_turn(Says(status=400))) as server, a_client(server.address) as client:
        with pytest.raises(Refused):
            await client.send(READ)

    assert len(server.asked) == 1


async def test_whoever_is_turned_away_at_the_door_waits_as_long_as_asked_and_comes_again() -> None:
    waiting = Waiting()
    turned_away = Says(status=429, headers={"Retry-After": "4"})
    async with (
        a_server(in_turn(turned_away, Says(body={"AptNum": 1}))) as server,
        a_client(server.address, waiting=waiting) as client,
    ):
        answer = await client.send(WRITE)

    assert answer.json == {"AptNum": 1}
    assert waiting.waits == [4]


async def test_a_wait_may_be_given_as_a_date() -> None:
    waiting = Waiting()
    headers = {"Date": "Mon, 09 Mar 2026 08:00:00 GMT", "Retry-After": "Mon, 09 Mar 2026 08:00:03 GMT"}
    async with (
        a_server(in_turn(Says(status=503, headers=headers), Says(body=[]))) as server,
        a_client(server.address, waiting=waiting) as client,
    ):
        await client.send(READ)

    assert waiting.waits == [3]


async def test_a_wait_that_no_patient_would_bear_ends_the_request_and_holds_for_the_next() -> None:
    waiting = Waiting()
    turned_away = Says(status=429, headers={"Retry-After": "60"})
    async with (
        a_server(in_turn(turned_away, Says(body=[]))) as server,
        a_client(server.address, waiting=waiting) as client,
    ):
        with pytest.raises(Unreachable):
            await client.send(READ)
        with pytest.raises(Unreachable):
            await client.send(READ)
        asked_meanwhile = len(server.asked)
        waiting.shows += 61
        answer = await client.send(READ)

    assert asked_meanwhile == 1
    assert answer.json == []
    assert waiting.waits == []


async def test_where_nobody_listens_nothing_was_asked_and_acting_is_tried_again() -> None:
    traces: list[Trace] = []
    async with a_client(f"http://127.0.0.1:{a_free_port()}", traces=traces) as client:
        with pytest.raises(Unreachable):
            await client.send(WRITE)

    assert [trace.status for trace in traces] == [None, None, None]


async def test_every_attempt_is_paid_from_the_budget_before_it_leaves() -> None:
    order: list[str] = []

    class Counted:
        async def acquire(self) -> None:
            order.append("paid")

    def answers(_: Asked) -> Says:
        order.append("asked")
        return Says(status=500) if order.count("asked") < 3 else Says(body=[])

    async with a_server(answers) as server, a_client(server.address, budget=Counted()) as client:
        await client.send(READ)

    assert order == ["paid", "asked", "paid", "asked", "paid", "asked"]


async def test_a_spent_budget_means_that_nothing_was_asked() -> None:
    class Spent:
        async def acquire(self) -> None:
            raise Unreachable("the budget of Testland is spent for the next minute")

    async with a_server(in_turn(Says(body=[]))) as server, a_client(server.address, budget=Spent()) as client:
        with pytest.raises(Unreachable):
            await client.send(WRITE)

    assert server.asked == []


async def test_a_system_in_trouble_is_left_alone_and_tried_again_after_a_rest() -> None:
    waiting = Waiting()
    well: list[bool] = []
    breaker = Breaker(failures=3, rest=30)

    def answers(_: Asked) -> Says:
        return Says(body=["well"]) if well else Says(status=500)

    async with (
        a_server(answers) as server,
        a_client(server.address, breaker=breaker, waiting=waiting) as client,
    ):
        with pytest.raises(Unreachable):
            await client.send(READ)
        with pytest.raises(Unreachable):
            await client.send(WRITE)
        asked_in_trouble = len(server.asked)
        waiting.shows += 31
        well.append(True)
        answer = await client.send(READ)

    assert asked_in_trouble == 3
    assert answer.json == ["well"]


async def test_requests_share_a_connection_and_a_crowd_of_them_few() -> None:
    async with a_server(in_turn(Says(body=[], seconds=0.01))) as server, a_client(server.address) as client:
        for _ in range(5):
            await client.send(READ)
        one_after_another = server.connections
        await asyncio.gather(*(client.send(READ) for _ in range(50)))

    assert one_after_another == 1
    assert server.connections <= 10
    assert len(server.asked) == 55


async def test_an_answer_without_end_is_not_read_to_the_end() -> None:
    async with (
        a_server(in_turn(Says(body=b" " * (MOST_BYTES + 1)))) as server,
        a_client(server.address) as client,
    ):
        with pytest.raises(OutcomeUnknown):
            await client.send(WRITE)


async def test_reading_ends_at_once_where_an_answer_is_longer_than_any() -> None:
    request = Request(method="GET", path="/feed", does=Does.READS, takes=Takes.OCTETS, most_bytes=1024)
    async with a_server(in_turn(Says(body=b"x" * 1025))) as server, a_client(server.address) as client:
        with pytest.raises(Refused, match="more than 0 MiB"):
            await client.send(request)

    assert len(server.asked) == 1


async def test_octets_come_back_as_they_are_with_the_headers_beside_them() -> None:
    request = Request(method="GET", path="/feed", does=Does.READS, takes=Takes.OCTETS)
    says = Says(body=b"BEGIN:VCALENDAR", headers={"ETag": '"v1"'})
    async with a_server(in_turn(says)) as server, a_client(server.address) as client:
        answer = await client.send(request)

    assert (answer.octets, answer.headers["etag"], answer.json) == (b"BEGIN:VCALENDAR", '"v1"', None)


async def test_a_link_that_is_a_secret_goes_out_as_it_is_and_is_shown_nowhere() -> None:
    traces: list[Trace] = []
    request = Request(method="GET", path="/{link}", does=Does.READS, link="/ical/a%2Fb==/s3cret.ics?x=1&y=%20")
    async with a_server(in_turn(Says(body=[]))) as server, a_client(server.address, traces=traces) as client:
        await client.send(request)

    assert server.asked[0].target == "/ical/a%2Fb==/s3cret.ics?x=1&y=%20"
    assert [trace.path for trace in traces] == ["/{link}"]
    assert "s3cret" not in repr(request)


@pytest.mark.parametrize("link", ["", "ical", "//elsewhere.example.com/x", "/a b", "/a\r\nHost: x", "@x"])
def test_a_link_that_could_lead_elsewhere_is_not_taken(link: str) -> None:
    with pytest.raises(Impossible, match="must begin with /"):
        Request(method="GET", path="/{link}", does=Does.READS, link=link)


async def test_nobody_in_between_can_read_along() -> None:
    trusted = ssl.create_default_context(cafile=str(CERTIFICATES / "localhost.crt.pem"))
    async with a_server(in_turn(Says(body=["private"])), tls=own_certificate()) as server:
        async with a_client(server.address, trusts=trusted) as client:
            answer = await client.send(READ)
        async with a_client(server.address) as stranger:
            with pytest.raises(Unreachable):
                await stranger.send(WRITE)

    assert answer.json == ["private"]
    assert len(server.asked) == 1


@pytest.mark.parametrize("address", ["http://office.example.com/api", "ftp://localhost", "localhost:80", "https://"])
def test_an_address_that_would_carry_patients_in_the_open_is_not_taken(address: str) -> None:
    class Unused:
        async def acquire(self) -> None:
            raise AssertionError("nothing is asked")

    with pytest.raises(NotPermitted, match="must begin with https://"):
        HttpClient(address, system="Testland", budget=Unused())


async def test_a_trace_shows_the_kind_of_request_and_no_patient() -> None:
    traces: list[Trace] = []
    request = Request(
        method="GET", path="/patients/{PatNum}", ids={"PatNum": "512"}, query={"LName": "Testcase"}, does=Does.READS
    )
    async with a_server(in_turn(Says(body={}))) as server, a_client(server.address, traces=traces) as client:
        await client.send(request)

    assert traces == [Trace(system="Testland", method="GET", path="/patients/{PatNum}", status=200, ms=0)]
    assert "Testcase" not in repr(request)
    assert "512" not in repr(request)


async def test_no_library_beneath_writes_addresses_or_keys_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    request = Request(
        method="GET",
        path="/patients",
        query={"LName": "Testcase"},
        headers={"Authorization": "ODFHIR very/secret"},
        does=Does.READS,
    )
    caplog.set_level(logging.DEBUG)
    async with a_server(in_turn(Says(body=[]))) as server, a_client(server.address) as client:
        await client.send(request)

    assert "Testcase" not in caplog.text
    assert "secret" not in caplog.text


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "localhost.crt.pem", CERTIFICATES / "localhost.key.pem")
    return context
