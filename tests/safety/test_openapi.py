"""Every address, asked as its OpenAPI allows and as it forbids: no answer is a fault of ours.

The OpenAPI is not published; it is made here from the routes. What the routes read by hand, forms and JSON, is added.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from secrets import token_urlsafe
from time import monotonic
from typing import Any
from uuid import uuid4

import httpx
import pytest
import requests
import schemathesis
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, Response
from schemathesis.generation import GenerationMode
from tests.safety.form_fields import form_fields
from tests.web.conftest import Running, serve

from frontdesk.compliance.roles import Field, Role
from frontdesk.reception.sign_in import hash_of, new_totp_secret
from frontdesk.storage import people, sessions
from frontdesk.storage.installation import Kind
from frontdesk.storage.people import Access, Account
from frontdesk.web.access import form_token_of
from frontdesk.web.app import DEMO_PAGES, PAGES

ENDLESS = "/demo/changes"
"""An answer that stays open; asked by itself, and read to its first event."""
MADE_FROM_LISTS = ("given", "family", "born_year", "born_month", "born_day", "pregnancy", "allow_calls")
"""Fields that a template makes from a list."""
CHOICES = {
    "role": [role.value for role in Role],
    "do": ["role", "disable", "enable"],
    "fields": [field.value for field in Field],
    "hours": ["1", "72", "73", "-1", "x"],
}
"""Fields that do something for some values only: of these some are among what is sent."""
EACH = 6
SECONDS = 15
"""For all of it: each operation is asked as often as its share allows on this machine, and once at least."""
QUIET = settings(
    max_examples=EACH,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def openapi(**known: list[str]) -> dict[str, Any]:
    """The OpenAPI of everything that the demo serves; production serves a part of it.

    `known` are values of parts of the address that lead somewhere.
    """
    app = FastAPI()
    for router in (*PAGES, *DEMO_PAGES):
        app.include_router(router)
    document = get_openapi(title="Frontdesk", version="0", routes=app.routes)
    fields: dict[str, Any] = {name: {"type": "string"} for name in (*sorted(form_fields()), *MADE_FROM_LISTS)}
    del fields["form"]  # the session's token travels in a header
    fields |= {name: {"anyOf": [{"enum": values}, {"type": "string"}]} for name, values in CHOICES.items()}
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in known:
                    parameter["schema"] = {"type": "string", "enum": known[parameter["name"]]}
        if "post" in operations:
            operations["post"]["requestBody"] = {
                "content": {
                    "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": fields}},
                    "application/json": {"schema": {}},
                }
            }
    return document


@pytest.fixture
async def demo(database_url: str, home: Path) -> AsyncIterator[Running]:
    """A demo that limits nobody, so that every request reaches its route."""
    async with serve(database_url, home, Kind.DEMO) as served:
        yield served


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore:Do not use the `random` module")  # it is schemathesis that does
async def test_no_request_that_can_be_made_is_answered_by_a_fault_of_ours(demo: Running) -> None:
    asked = await asyncio.to_thread(ask_all, demo.url)

    assert len(asked) >= 25
    assert all(asked.values()), asked


def ask_all(url: str) -> dict[str, int]:
    """How often each operation was asked. Raises: AssertionError at an answer of 500 or above."""
    asked: dict[str, int] = {}
    operations = [found.ok() for found in schemathesis.openapi.from_dict(openapi()).get_all_operations()]
    share = SECONDS / len(operations) / 2
    for operation in operations:
        if operation.path != ENDLESS and operation.path.endswith("/changes"):
            continue  # stays open; tests/safety/test_two_practices.py reads it
        if operation.path == ENDLESS:
            asked[operation.label] = ask_for_one_event(url)
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
                continue  # any text is a right path: such an address cannot be asked wrongly
            try:
                count = ask(url, operation.as_strategy(mode), until=monotonic() + share)
            except Unsatisfiable:
                continue
            asked[operation.label] = asked.get(operation.label, 0) + count
    return asked


@dataclass(frozen=True, kw_only=True)
class Browser:
    """Somebody's: its session's token, if it has one."""

    name: str
    token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What it sends, as a page of ours would have it."""
        own = {"Sec-Fetch-Site": "same-origin"}
        if self.token:
            own |= {"Cookie": f"frontdesk-desk={self.token}", "X-Form-Token": form_token_of(self.token)}
        return own


NOBODYS = Browser(name="nobody")


def ask(
    url: str,
    cases: Any,
    *,
    until: float,
    browsers: Sequence[Browser] = (NOBODYS,),
    told: Counter[str] | None = None,
) -> int:
    """How often it was asked: each case by each browser."""
    count, session = 0, requests.Session()

    @QUIET
    @given(case=cases)
    def each(case: Case) -> None:
        nonlocal count
        for browser in browsers:
            if count >= len(browsers) and monotonic() > until:
                return
            follow = browser is NOBODYS
            answer = case.call(
                base_url=url, session=session, headers=browser.headers, timeout=20, allow_redirects=follow
            )
            asked = f"{case.method} {case.formatted_path} as {browser.name}"
            assert answer.status_code < 500, f"{asked}: {answer.status_code}"
            if told is not None:
                told[_reached(answer)] += 1
            count += 1

    with session:
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # a session is what the test says
        each()
    return count


def _reached(answer: Response) -> str:
    """How far a call came: to what its route does, or not past the door."""
    if answer.status_code in {401, 403} or any(to.endswith("/sign-in") for to in answer.headers.get("location", ())):
        return "refused"
    return "done"


def ask_for_one_event(url: str) -> int:
    with httpx.Client(base_url=url) as client, client.stream("GET", ENDLESS) as answer:
        assert answer.status_code == 200
        return 1 if next(answer.iter_lines()) else 0


async def people_of(demo: Running, *, sessions_each: int) -> tuple[list[list[Browser]], list[str]]:
    """Browsers of somebody of each role, and of one who has shown a password alone; and ids that there are."""
    desk, practice, now = demo.desk, demo.practice, demo.desk.clock.now()
    browsers: list[list[Browser]] = []
    async with desk.storage.practice(practice.id) as db:
        password = await hash_of("a long pass phrase")
        spare = Account(id=uuid4(), name="Sam", email="sam@example.com", role=Role.SUPPORT, access=Access.INVITED)
        await people.add_account(db, spare, by="test", now=now)
        await people.set_password(db, spare.id, password)
        for role in (*Role, None):
            name = role.value if role else "half-way"
            account = Account(
                id=uuid4(), name=name, email=f"{name}@example.com", role=role or Role.OWNER, access=Access.INVITED
            )
            await people.add_account(db, account, by="test", now=now)
            await people.set_password(db, account.id, password)
            if role is not None:
                await people.set_totp(db, account.id, new_totp_secret())
                await people.use_totp_step(db, account.id, 1)
            own = [Browser(name=name, token=token_urlsafe(32)) for _ in range(sessions_each)]
            for one in own:
                await sessions.begin_session(
                    db, uuid4(), account.id, one.token, proven=role is not None, device="Firefox", now=now
                )
            browsers.append(own)
    return browsers, [str(spare.id), "bm9ib2R5cw"]


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore:Do not use the `random` module")
async def test_no_request_of_somebody_signed_in_is_answered_by_a_fault_of_ours(demo: Running) -> None:
    document = openapi(key=[demo.practice.key])
    browsers, ids = await people_of(demo, sessions_each=2 * len(document["paths"]))

    told = await asyncio.to_thread(ask_signed_in, demo.url, browsers, ids, demo.practice.key)

    assert len(told) >= 28
    for operation, counted in told.items():
        assert counted.total() >= len(browsers), operation
    assert sum(one["done"] for one in told.values()) > 0.4 * sum(one.total() for one in told.values()), told


def ask_signed_in(url: str, browsers: list[list[Browser]], ids: list[str], key: str) -> dict[str, Counter[str]]:
    """How each operation of the practice's people answered to each of them, who comes with a new session each time."""
    told: dict[str, Counter[str]] = {}
    document = openapi(key=[key], id=ids)
    operations = [found.ok() for found in schemathesis.openapi.from_dict(document).get_all_operations()]
    staffs = [
        operation
        for operation in operations
        if operation.path.startswith("/desk/") and not operation.path.endswith("/changes")  # those stay open
    ]
    share = SECONDS / len(staffs)
    for operation in staffs:
        told[operation.label] = Counter()
        cases, asking = operation.as_strategy(GenerationMode.POSITIVE), [own.pop() for own in browsers]
        ask(url, cases, until=monotonic() + share, browsers=asking, told=told[operation.label])
    return told
