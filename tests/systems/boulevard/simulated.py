"""The simulated business for tests, with a clock that a test turns and tokens signed for each request."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from frontdesk.proving.simulator_transport import InProcess
from frontdesk.systems.boulevard.simulator import Simulator
from frontdesk.systems.boulevard.simulator_business import World
from frontdesk.systems.boulevard.simulator_example import DOWNTOWN, RILEY, example_world
from frontdesk.systems.boulevard.simulator_rows import Json

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""Monday, March 2, 2026, 08:00 in Denver: the example's first morning."""

THURSDAY = "2026-03-05"
VISIT = """id startAt endAt state cancelled notes clientId locationId cancellation { reason notes cancelledAt }
appointmentServices { serviceId staffId staffRequested duration price }"""
CART = "id expiresAt startTime endTime startTimeId completedAt errors { code } selectedItems { id errors { code } }"

Answer = dict[str, object]


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


class Reached:
    """A simulated business, asked as an admin, a guest or a known client."""

    def __init__(self, simulator: Simulator, hands: Hands, http: httpx.AsyncClient) -> None:
        self.simulator = simulator
        self.hands = hands
        self.http = http
        self.world = simulator.business.world

    def token(self, prefix: str, client: str = "", *, seconds: int | None = None, secret: str = "") -> str:
        """A token as a caller signs it."""
        at = int(self.hands.now.timestamp()) if seconds is None else seconds
        payload = f"{prefix}{self.world.id}{client.rpartition(':')[2]}{at}"
        key = base64.b64decode(secret or self.world.api_secret)
        mac = base64.b64encode(hmac.new(key, payload.encode(), hashlib.sha256).digest()).decode()
        return mac + payload

    async def post(self, path: str, token: str, body: object, **headers: str) -> httpx.Response:
        """The answer to any body."""
        basic = base64.b64encode(f"{self.world.api_key}:{token}".encode()).decode()
        sent = {"Authorization": f"Basic {basic}", "Content-Type": "application/json", **headers}
        return await self.http.post(path, content=json.dumps(body), headers=sent)

    async def ask_admin(self, query: str, /, **variables: Json) -> httpx.Response:
        """The answer of the Admin API."""
        body = {"query": query, "variables": variables}
        return await self.post(self.simulator.admin_path, self.token("blvd-admin-v1"), body)

    async def ask_client(self, query: str, client: str = "", /, **variables: Json) -> httpx.Response:
        """The answer of the Client API, to a guest unless a client is named."""
        token = self.token("blvd-client-v1", client) if client else ""
        return await self.post(self.simulator.client_path, token, {"query": query, "variables": variables})

    async def admin(self, query: str, /, **variables: Json) -> Answer:
        """The data that the Admin API gives; the test fails where it refuses."""
        return _data(await self.ask_admin(query, **variables))

    async def client(self, query: str, client: str = "", /, **variables: Json) -> Answer:
        """The data that the Client API gives; the test fails where it refuses."""
        return _data(await self.ask_client(query, client, **variables))

    async def change(self, api: str, field: str, selection: str, client: str = "", /, **fields: Json) -> httpx.Response:
        """The answer to a mutation, as its input has it."""
        document = mutation(field, selection)
        if api == "admin":
            return await self.ask_admin(document, input=fields)
        return await self.ask_client(document, client, input=fields)

    async def changed(self, api: str, field: str, selection: str, client: str = "", /, **fields: Json) -> Answer:
        """What a mutation gives under its field."""
        found = _data(await self.change(api, field, selection, client, **fields))[field]
        assert isinstance(found, dict)
        return found

    async def a_cart(self, item: str = "s_2", *, variant: str = "sv_1_2", client: str = "", at: str = DOWNTOWN) -> str:
        """The id of a cart with one item, by default a neurotoxin with Dana downtown."""
        made = await self.changed("client", "createCart", "cart { id }", client, locationId=at)
        cart = str(within(made, "cart", "id"))
        choice: dict[str, Json] = {"itemStaffVariantId": variant} if variant else {}
        await self.changed(
            "client", "addCartSelectedBookableItem", "cart { id }", client, id=cart, itemId=item, **choice
        )
        return cart

    async def times(self, cart: str, day: str = THURSDAY, client: str = "", **more: Json) -> list[str]:
        """The ids of a cart's times on a day."""
        query = """query($id: ID!, $day: Date!, $tz: Tz, $who: [ID!], $where: ID) {
          cartBookableTimes(id: $id, searchDate: $day, tz: $tz, staffVariantIds: $who, locationId: $where) { id } }"""
        found = (await self.client(query, client, id=cart, day=day, **more))["cartBookableTimes"]
        assert isinstance(found, list)
        return [str(one["id"]) for one in found]

    async def reserve(self, cart: str, time: str = f"t_{THURSDAY}T10:30:00", client: str = "") -> httpx.Response:
        return await self.change("client", "reserveCartBookableItems", f"cart {{ {CART} }}", client, id=cart,
                                 bookableTimeId=time)  # fmt: skip

    async def check_out(self, cart: str, client: str = "") -> httpx.Response:
        selection = "appointments { appointmentId clientId forCartOwner } cart { completedAt }"
        return await self.change("client", "checkoutCart", selection, client, id=cart)

    async def booked(self, time: str = f"t_{THURSDAY}T10:30:00", client: str = RILEY) -> str:
        """The id of a neurotoxin visit with Dana, booked by a known client's cart."""
        cart = await self.a_cart(client=client)
        assert not errors(await self.reserve(cart, time, client))
        done = await self.check_out(cart, client)
        assert not errors(done), done.text
        return str(done.json()["data"]["checkoutCart"]["appointments"][0]["appointmentId"])

    async def visit(self, id: str) -> Answer:
        """One appointment as the Admin API reads it."""
        found = (await self.admin(f"query($id: ID!) {{ appointment(id: $id) {{ {VISIT} }} }}", id=id))["appointment"]
        assert isinstance(found, dict)
        return found


def mutation(field: str, selection: str) -> str:
    """A document with one mutation."""
    kind = f"{field[0].upper()}{field[1:]}Input"
    return f"mutation($input: {kind}!) {{ {field}(input: $input) {{ {selection} }} }}"


@asynccontextmanager
async def a_business(
    world: World | None = None, *, now: datetime = NOW, keep: Path | None = None
) -> AsyncIterator[Reached]:
    """The example's business, or another, in this process."""
    hands = Hands(now)
    simulator = Simulator(world or example_world(), clock=hands, wait=hands.wait, keep=keep)
    async with httpx.AsyncClient(transport=InProcess(simulator), base_url="http://boulevard") as http:
        yield Reached(simulator, hands, http)


def why(answer: httpx.Response) -> str:
    """The rule by which a request was refused; "" where none was named."""
    return str(answer.headers.get("x-simulator", "")).partition(";")[0]


def errors(answer: httpx.Response) -> list[Mapping[str, object]]:
    """The errors of a body; [] for none."""
    found = answer.json().get("errors", [])
    assert isinstance(found, list)
    return found


def code(answer: httpx.Response) -> str:
    """The code of the first error; "" for none."""
    return str((errors(answer) or [{}])[0].get("code", ""))


def within(found: object, *path: str | int) -> object:
    """What lies at a path of keys and places."""
    for step in path:
        match found, step:
            case dict(), str():
                found = found[step]
            case list(), int():
                found = found[step]
            case _:
                raise AssertionError(f"there is no {step}")
    return found


def nodes(found: Mapping[str, object], field: str) -> list[Answer]:
    """The nodes of a connection, without its holes."""
    edges = within(found[field], "edges")
    assert isinstance(edges, list)
    return [edge["node"] for edge in edges if edge is not None]


def _data(answer: httpx.Response) -> Answer:
    assert answer.status_code == 200, answer.text
    assert not errors(answer), answer.text
    return dict(answer.json()["data"])
