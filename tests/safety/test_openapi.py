"""Every address, asked as its OpenAPI allows and as it forbids: no answer is a fault of ours.

The OpenAPI is not published; it is made here from the routes. What the routes read by hand, forms and JSON, is added.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case
from schemathesis.generation import GenerationMode
from tests.web.conftest import Running, serve

from frontdesk.storage.installation import Kind
from frontdesk.web.app import DEMO_PAGES, PAGES

ENDLESS = "/demo/changes"
"""An answer that stays open; asked by itself, and read to its first event."""
FIELDS = ("number", "text", "name", "phone", "practitioner", "service", "on", "at", "kind", "minutes", "overlap")
MORE_FIELDS = ("given", "family", "born_year", "born_month", "born_day", "pregnancy", "consent", "allow_calls")
EACH = 6
SECONDS = 25
"""For all of it: each operation is asked as often as its share allows on this machine, and once at least."""
QUIET = settings(
    max_examples=EACH,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def openapi() -> dict[str, Any]:
    """The OpenAPI of everything that the demo serves; production serves a part of it."""
    app = FastAPI()
    for router in (*PAGES, *DEMO_PAGES):
        app.include_router(router)
    document = get_openapi(title="Frontdesk", version="0", routes=app.routes)
    fields = {name: {"type": "string"} for name in (*FIELDS, *MORE_FIELDS)}
    for operations in document["paths"].values():
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


def ask(url: str, cases: Any, *, until: float) -> int:
    count, session = 0, requests.Session()

    @QUIET
    @given(case=cases)
    def each(case: Case) -> None:
        nonlocal count
        if count and monotonic() > until:
            return
        answer = case.call(base_url=url, session=session, headers={"Sec-Fetch-Site": "same-origin"}, timeout=20)
        assert answer.status_code < 500, f"{case.method} {case.formatted_path}: {answer.status_code}"
        count += 1

    with session:
        each()
    return count


def ask_for_one_event(url: str) -> int:
    with httpx.Client(base_url=url) as client, client.stream("GET", ENDLESS) as answer:
        assert answer.status_code == 200
        return 1 if next(answer.iter_lines()) else 0
