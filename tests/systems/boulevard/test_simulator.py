"""What every call of the simulated Boulevard holds to: keys, tokens, documents, pages, points; and its rules."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.systems.boulevard.simulated import Reached, a_business, code, errors, nodes, why, within

from frontdesk.standards.simulating.http import Message
from frontdesk.systems import boulevard
from frontdesk.systems.boulevard.simulator_business import CodePlace
from frontdesk.systems.boulevard.simulator_example import DOWNTOWN, JORDAN, LAKESIDE, RILEY, example_world
from frontdesk.systems.boulevard.simulator_rows import Json, urn
from frontdesk.systems.boulevard.simulator_world import client

FOLDER = Path(boulevard.__file__).parent
NAMES = "{ locations { edges { node { id name } } } }"


async def test_an_admin_token_is_signed_by_the_secret_and_good_for_the_admin_api_alone() -> None:
    async with a_business() as business:
        good = await business.ask_admin(NAMES)
        bodies = {"query": NAMES}
        forged = await business.post(
            business.simulator.admin_path, business.token("blvd-admin-v1", secret="Zm9yZ2Vk"), bodies
        )
        crossed = await business.post(business.simulator.admin_path, business.token("blvd-client-v1", RILEY), bodies)
        alone = await business.post(business.simulator.admin_path, "", bodies)

    assert [row["node"]["name"] for row in good.json()["data"]["locations"]["edges"]] == ["Downtown", "Lakeside"]
    assert [(one.status_code, why(one), code(one)) for one in (forged, crossed, alone)] == [
        (401, "token-signed", "UNAUTHENTICATED"),
        (401, "token-payload", "UNAUTHENTICATED"),
        (401, "guest-of-admin", "UNAUTHENTICATED"),
    ]


async def test_a_token_ends_in_its_second_and_nothing_else() -> None:
    async with a_business() as business:
        path, body = business.simulator.admin_path, {"query": NAMES}

        answer = await business.post(path, business.token("blvd-admin-v1", RILEY), body)

    assert (answer.status_code, why(answer)) == (401, "token-seconds")


async def test_a_token_is_good_for_a_few_minutes_both_ways() -> None:
    async with a_business() as business:
        now = int(business.hands.now.timestamp())
        path, body = business.simulator.admin_path, {"query": NAMES}

        statuses = [
            (await business.post(path, business.token("blvd-admin-v1", seconds=now + late), body)).status_code
            for late in (-301, -300, 300, 301)
        ]

    assert statuses == [401, 200, 200, 401]


async def test_a_client_token_is_for_one_client_who_is_there_and_active() -> None:
    async with a_business() as business:
        me = await business.client("{ client { id name } }", RILEY)
        nobody = await business.ask_client("{ client { id } }", urn("Client", 99))
        gone = await business.ask_client("{ client { id } }", JORDAN)

    assert me == {"client": {"id": RILEY, "name": "Riley Quill"}}
    assert [(one.status_code, why(one)) for one in (nobody, gone)] == [(401, "client-of-token")] * 2


@pytest.mark.parametrize("field", ["client { id }", "myAppointments { edges { node { id } } }"])
async def test_a_guest_sees_the_business_and_nothing_of_a_client(field: str) -> None:
    async with a_business() as business:
        seen = await business.client("{ business { name tz } locations { edges { node { tz } } } }")
        refused = await business.ask_client(f"{{ {field} }}")

    assert within(seen, "business", "name") == "Juniper Skin Studio"
    assert (refused.status_code, refused.json()["data"]) == (200, {field.partition(" ")[0]: None})
    assert errors(refused) == [
        {"message": "Unauthenticated", "code": "UNAUTHENTICATED", "path": [field.partition(" ")[0]]}
    ]


@pytest.mark.parametrize(
    ("headers", "status", "rule"),
    [
        ({"Authorization": "Bearer x"}, 401, "basic-auth"),
        ({"Authorization": "Basic ???"}, 401, "basic-auth"),
        ({"Authorization": "Basic b3RoZXI6"}, 401, "key-refused"),
        ({"Content-Type": "text/plain"}, 415, "content-type"),
        ({"Idempotency-Key": "7f"}, 400, "unknown-header"),
        ({"X-Boulevard-Business-ID": "1"}, 400, "unknown-header"),
    ],
)
async def test_a_call_with_other_headers_than_the_published_is_refused(
    headers: dict[str, str], status: int, rule: str
) -> None:
    async with a_business() as business:
        answer = await business.post(business.simulator.client_path, "", {"query": NAMES}, **headers)

    assert (answer.status_code, why(answer)) == (status, rule)


async def test_the_official_client_says_what_it_is_and_is_let_pass() -> None:
    async with a_business() as business:
        headers = {"Book-SDK-Version": "1.0.21"}

        answer = await business.post(business.simulator.client_path, "", {"query": NAMES}, **headers)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "rule"),
    [
        ("GET", "/api/2020-01/admin", 405, "post-only"),
        ("POST", "/api/2020-01/client", 404, "no-such-path"),
        ("POST", "/api/2020-01/0b1e55ed-0000-4000-8000-00000000000f/client", 404, "no-such-path"),
        ("POST", "/api/2021-01/admin", 404, "no-such-path"),
        ("POST", "/api/2020-01/admin?first=1", 400, "no-query-part"),
        ("POST", "/b/.api/graph", 404, "no-such-path"),
    ],
)
async def test_an_address_that_is_not_published_is_refused(method: str, path: str, status: int, rule: str) -> None:
    async with a_business() as business:
        answer = await business.http.request(method, path)

    assert (answer.status_code, why(answer)) == (status, rule)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ([{"query": NAMES}], "body-not-json"),
        ({"variables": {}}, "body-not-json"),
        ({"query": NAMES, "variables": []}, "body-not-json"),
        ({"query": NAMES, "operationName": "A"}, "unknown-name"),
    ],
)
async def test_a_body_is_a_query_and_its_variables(body: object, rule: str) -> None:
    async with a_business() as business:
        if isinstance(body, dict) and body.get("variables") == []:
            body["variables"] = [1]

        answer = await business.post(business.simulator.client_path, "", body)

    assert (answer.status_code, why(answer)) == (400, rule)


async def test_a_name_that_is_given_twice_in_a_body_is_refused() -> None:
    async with a_business() as business:
        headers = {"Authorization": "Basic c2ltdWxhdGVkLWFwaS1rZXk6", "Content-Type": "application/json"}
        body = json.dumps({"query": NAMES})[:-1] + ', "query": "{ business { id } }"}'

        twice = await business.http.post(business.simulator.client_path, content=body, headers=headers)
        torn = await business.http.post(business.simulator.client_path, content=body[:9], headers=headers)

    assert [(one.status_code, why(one)) for one in (twice, torn)] == [(400, "repeated-name"), (400, "body-not-json")]


@pytest.mark.parametrize(
    ("query", "rule", "says"),
    [
        ("{ locations { edges { node { id ", "document-unread", "Syntax Error"),
        ("{ locations { edges { node { phone } } } }", "document-error-form", "Cannot query field 'phone'"),
        ("{ locations(limit: 5) { edges { cursor } } }", "document-error-form", "Unknown argument 'limit'"),
        ("{ locations }", "document-error-form", "must have a selection of subfields"),
        ("{ service(id: 1.5) { id } }", "document-error-form", "ID cannot represent"),
        ("{ services { edges { node { serviceOverrides { id } } } } }", "not-simulated", "serviceOverrides"),
        ("mutation { pingWebhook(input: {}) { id } }", "not-simulated", "pingWebhook"),
        ("mutation { cancelAppointment(input: {id: \"a\"}) { appointment { id } } }", "document-error-form", "reason"),
        ("mutation { cancelAppointment(input: {id: \"a\", reason: BORED}) { appointment { id } } }",
         "document-error-form", "BORED"),
        ("mutation { createClient(input: {firstName: \"A\", lastName: \"B\", dob: \"1990-01-01\"}) { client { id } } }",
         "document-error-form", "unknown field 'dob'"),
        ("{ __schema { types { name } } }", "introspection", "Introspection"),
        ("query A { business { id } } query B { business { id } }", "one-operation", "one query or one mutation"),
    ],
)  # fmt: skip
async def test_a_document_is_held_to_the_schema(query: str, rule: str, says: str) -> None:
    async with a_business() as business:
        answer = await business.ask_admin(query)

    assert (answer.status_code, why(answer), answer.json()["data"]) == (200, rule, None)
    assert says in str(errors(answer)[0]["message"])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("Date", "2026-02-30"),
        ("Date", "03/05/2026"),
        ("Date", "2026-03-05T00:00:00"),
        ("Tz", "Mountain Time"),
        ("Tz", 5),
    ],
)
async def test_a_variable_is_held_to_the_form_of_its_scalar(kind: str, value: Json) -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        query = "query($id: ID!, $v: KIND!) { cartBookableTimes(id: $id, searchDate: WHEN, tz: WHERE) { id } }"
        where, when = ("$v", '"2026-03-05"') if kind == "Tz" else ("null", "$v")
        query = query.replace("KIND", kind).replace("WHEN", when).replace("WHERE", where)

        answer = await business.ask_client(query, id=cart, v=value)

    assert (answer.status_code, why(answer), answer.json()["data"]) == (200, "value-of-wrong-kind", None)


@pytest.mark.parametrize(
    "argument", ["tz: 5", "tz: true", 'tz: "Denver"', "tz: {}", 'tz: "../etc"', 'staffVariantIds: {a: "b"}']
)
async def test_a_literal_is_held_to_the_form_of_its_scalar(argument: str) -> None:
    async with a_business() as business:
        cart = await business.a_cart()
        answer = await business.ask_client(
            f'{{ cartBookableTimes(id: "{cart}", searchDate: "2026-03-05", {argument}) {{ id }} }}'
        )

    assert why(answer) == "document-error-form"


@pytest.mark.parametrize(("kind", "value"), [("QueryString", 5), ("QueryString", True)])
async def test_a_query_string_is_text(kind: str, value: Json) -> None:
    async with a_business() as business:
        query = f"query($v: {kind}) {{ myAppointments(query: $v) {{ edges {{ cursor }} }} }}"

        answer = await business.ask_client(query, RILEY, v=value)

    assert why(answer) == "value-of-wrong-kind"


async def test_money_is_a_whole_number_of_cents() -> None:
    async with a_business() as business:
        half = await business.change("client", "createCart", "cart { id }", advanceGratuity={"fixed": 7.5})
        whole = await business.change("client", "createCart", "cart { id }", advanceGratuity={"fixed": 750})

    assert (why(half), why(whole)) == ("value-of-wrong-kind", "gratuity-and-codes")


async def test_a_variable_that_the_document_does_not_declare_is_refused() -> None:
    async with a_business() as business:
        answer = await business.ask_admin(NAMES, first=5)

    assert why(answer) == "variable-not-declared"


async def test_a_value_in_the_document_is_held_to_its_scalar_too() -> None:
    async with a_business() as business:
        asked = f'locationId: "{DOWNTOWN}", startTime: "TIME"'
        made = f"mutation {{ bookingCreate(input: {{ {asked} }}) {{ booking {{ id }} }} }}"
        local = await business.ask_admin(made.replace("TIME", "2026-03-05T10:30:00"))
        zulu = await business.ask_admin(made.replace("TIME", "2026-03-05T10:30:00Z"))

    assert not errors(local)
    assert "NaiveDateTime" in str(errors(zulu)[0]["message"])


async def test_an_inline_fragment_at_the_root_is_understood_and_costs_what_it_asks_for() -> None:
    async with a_business() as business:
        found = await business.admin("{ ... on RootQueryType { clients(last: 2) { edges { node { id } } } } }")

    assert [row["id"] for row in nodes(found, "clients")] == [urn("Client", 5), urn("Client", 6)]
    assert business.simulator.bucket.left == 10_000 - 2


async def test_a_server_is_told_that_the_simulator_is_up_and_down() -> None:
    told: list[object] = []
    waiting = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Message:
        return dict(next(waiting))

    async def send(message: Message) -> None:
        told.append(message["type"])

    async with a_business() as business:
        await business.simulator({"type": "lifespan"}, receive, send)

    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_fragments_and_aliases_are_understood() -> None:
    async with a_business() as business:
        query = "query { first: locations { ...Page } } fragment Page on LocationConnection { edges { node { name } } }"

        found = await business.admin(query)

    assert [row["name"] for row in nodes(found, "first")] == ["Downtown", "Lakeside"]
    assert business.simulator.heard[0].call == "admin locations"


async def test_an_error_may_carry_its_code_in_its_extensions() -> None:
    async with a_business(replace(example_world(), code_place=CodePlace.EXTENSIONS)) as business:
        answer = await business.ask_client("{ client { id } }")

    assert errors(answer)[0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert "code" not in errors(answer)[0]


def many_clients() -> tuple[object, ...]:
    return tuple(client(count, "Pat", f"Number{count}") for count in range(1, 451))


CLIENTS = """query($first: Int, $after: String, $last: Int, $before: String) {
  clients(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def read_all(business: Reached, query: str, field: str, first: int, **variables: Json) -> list[list[object]]:
    """The ids of every page, read forward."""
    pages: list[list[object]] = []
    more: dict[str, Json] = {}
    while True:
        found = await business.admin(query, first=first, **variables, **more)
        pages.append([row["id"] for row in nodes(found, field)])
        info = within(found, field, "pageInfo")
        if not within(info, "hasNextPage"):
            return pages
        more = {"after": str(within(info, "endCursor"))}


async def test_a_list_is_read_page_by_page_both_ways() -> None:
    world = replace(example_world(), clients=many_clients(), appointments=())  # type: ignore[arg-type]

    async with a_business(world) as business:
        whole = await business.admin(CLIENTS)
        pages = await read_all(business, CLIENTS, "clients", 150)
        last = await business.admin(CLIENTS, last=50)
        before = await business.admin(CLIENTS, last=50, before=str(within(last, "clients", "pageInfo", "startCursor")))

    assert [len(page) for page in pages] == [150, 150, 150]
    assert len({one for page in pages for one in page}) == 450
    assert (len(nodes(whole, "clients")), within(whole, "clients", "pageInfo", "hasNextPage")) == (100, True)
    assert [row["id"] for row in nodes(before, "clients")] == [urn("Client", count) for count in range(351, 401)]


async def test_a_page_may_hold_an_edge_that_is_null() -> None:
    async with a_business(replace(example_world(), holes=True)) as business:
        found = await business.admin(NAMES)

    assert within(found, "locations", "edges", 2) is None
    assert len(nodes(found, "locations")) == 2


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"first": 1001}, "edges-per-query"),
        ({"first": -1}, "page-out-of-range"),
        ({"first": 5, "last": 5}, "one-way-at-a-time"),
        ({"after": "bm8="}, "cursor-unknown"),
    ],
)
async def test_a_page_that_cannot_be_is_refused(asked: dict[str, Json], rule: str) -> None:
    async with a_business() as business:
        answer = await business.ask_admin(CLIENTS, **asked)

    assert why(answer) == rule


async def test_a_caller_who_asks_too_much_is_told_how_long_to_wait() -> None:
    async with a_business() as business:
        query = "{ clients(first: 1000) { edges { cursor } } }"
        answers = [await business.ask_admin(query) for _ in range(67)]
        said = re.search(r"API limit.*wait (\d+)ms", str(errors(answers[-1])[0]["message"]))
        assert said
        business.hands.turn(milliseconds=int(said[1]) - 1)
        early = await business.ask_admin(query)
        business.hands.turn(milliseconds=1)
        late = await business.ask_admin(query)

    assert [answer.status_code for answer in answers] == [200] * 67
    assert [bool(errors(answer)) for answer in answers] == [False] * 66 + [True]
    assert (why(early), why(late)) == ("api-limit", "")


async def test_a_hundred_rows_cost_about_sixteen_points() -> None:
    async with a_business() as business:
        await business.admin("{ clients(first: 100) { edges { cursor } } }")

        assert business.simulator.bucket.left == 10_000 - 16


async def test_a_business_that_keeps_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    keep = tmp_path / "business.json"

    async with a_business(keep=keep) as business:
        booked = await business.booked()
        business.simulator.front_desk.cancel(urn("Appointment", 1))
    async with a_business(keep=keep) as again:
        there, gone = await again.visit(booked), await again.visit(urn("Appointment", 1))

    assert (there["clientId"], there["state"], gone["state"]) == (RILEY, "BOOKED", "CANCELLED")


async def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    keep = tmp_path / "business.json"
    tables = ("staff", "timeblocks", "clients", "appointments", "carts", "bookings", "notes", "waitlist")
    keep.write_text(json.dumps({name: {"last": "none", "rows": 5} for name in tables}))

    with pytest.raises(TypeError, match="was not written by this simulator"):
        async with a_business(keep=keep):
            pass


async def test_all_that_was_asked_is_heard() -> None:
    async with a_business() as business:
        await business.admin("{ locations { edges { cursor } } staff { edges { cursor } } }")
        await business.client("{ business { name } }")
        await business.http.post("/nowhere")

    assert [(one.call, one.status) for one in business.simulator.heard] == [
        ("admin locations+staff", 200),
        ("client business", 200),
        ("", 404),
    ]


async def test_a_known_place_is_read_with_its_week() -> None:
    week = "hours { open start { hour minute } }"
    query = f"{{ locations {{ edges {{ node {{ id tz businessName address {{ city line2 }} {week} }} }} }} }}"

    async with a_business() as business:
        found = await business.client(query)

    [downtown, lakeside] = nodes(found, "locations")
    assert (downtown["id"], lakeside["id"], downtown["tz"]) == (DOWNTOWN, LAKESIDE, "America/Denver")
    assert downtown["businessName"] == "Juniper Skin Studio"
    assert within(downtown, "hours", 0) == {"open": False, "start": None}
    assert within(downtown, "hours", 1) == {"open": True, "start": {"hour": 8, "minute": 0}}


def rules_in_the_code() -> Iterator[tuple[str, str]]:
    for path in [*FOLDER.glob("simulator*.py"), *FOLDER.glob("simulator*.graphql")]:
        text = path.read_text()
        yield from ((rule, kind) for kind, rule in re.findall(r'\b(documented|seen|guess)\(\s*"([a-z0-9-]+)"', text))
        for kind, named in re.findall(r"\b(Documented|Seen|Guess)\s+((?:\[[a-z0-9-]+\](?:,\s+|\s+and\s+)?)+)", text):
            for rule in re.findall(r"\[([a-z0-9-]+)\]", named):
                yield rule, kind.lower()


def test_every_rule_of_the_code_stands_in_the_table_and_every_line_of_the_table_in_the_code() -> None:
    table = re.findall(r"^\| ([a-z0-9-]+) \| (documented|seen|guess) \|", read_table(), flags=re.MULTILINE)

    assert set(table) == set(rules_in_the_code())
    assert len(table) == len(dict(table))


def test_the_table_counts_its_own_rules() -> None:
    counted = dict(re.findall(r"^\| (documented|seen|guess): [^|]+ \| (\d+) \|", read_table(), flags=re.MULTILINE))
    kinds = re.findall(r"^\| [a-z0-9-]+ \| (documented|seen|guess) \|", read_table(), flags=re.MULTILINE)

    assert {kind: int(count) for kind, count in counted.items()} == {kind: kinds.count(kind) for kind in set(kinds)}


def read_table() -> str:
    return (FOLDER / "SIMULATOR.md").read_text()
