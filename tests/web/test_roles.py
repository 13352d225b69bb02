"""The table in docs/security/roles.md, held against the rights and the routes that exist."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.routing import BaseRoute, Mount
from tests.web.conftest import Running

from frontdesk.compliance.roles import RIGHTS, Do, Field, Role
from frontdesk.web.app import DEMO_PAGES, PAGES
from frontdesk.web.pages.staff import door

PAGE = (Path(__file__).parents[2] / "docs/security/roles.md").read_text()
Row = tuple[str, str, str]


def table(heading: str) -> list[list[str]]:
    rows = re.search(rf"## {heading}[^\n]*\n.*?\n\|[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)", PAGE, re.DOTALL)
    assert rows is not None
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows[1].splitlines()]


@pytest.mark.parametrize("row", table("Who may see"), ids=lambda row: row[0])
def test_the_rights_are_as_written(row: list[str]) -> None:
    written = {
        field: {"": frozenset(), "s": frozenset({Do.SEE}), "c": frozenset(Do)}[cell]
        for field, cell in zip(Field, [row[1], *row[2:]], strict=True)
    }

    assert {field: RIGHTS[Role(row[0])].get(field, frozenset()) for field in Field} == written


def test_every_role_is_written() -> None:
    assert {row[0] for row in table("Who may see")} == {role.value for role in Role}


async def test_every_route_that_exists_is_written_with_what_it_needs(running: Running) -> None:
    """The app of the demo, so that nothing is left out; a new route without a row fails here."""
    included = [route for router in (*PAGES, *DEMO_PAGES) for route in router.routes]
    own = [route for route in running.app.routes if isinstance(route, APIRoute | APIWebSocketRoute | Mount)]
    exist = {row for route in (*included, *own) for row in rows_of(route)}
    assert len(running.app.routes) == len(PAGES) + len(DEMO_PAGES) + len(own)  # nothing stands beside these
    written = {(row[0], row[1], row[2]) for row in table("Which route asks for what")}

    assert sorted(row for row in exist - written if not row[0].startswith("/demo") and row[0] != "/") == []
    assert sorted(written - exist) == []


def rows_of(route: BaseRoute) -> Iterator[Row]:
    match route:
        case APIRoute():
            for method in route.methods:
                yield route.path, method, needs_of(route)
        case APIWebSocketRoute():
            yield route.path, "socket", "-"
        case Mount():
            yield route.path, "mount", "-"
        case _:
            raise AssertionError(f"a route of a kind that the table does not know: {route}")


def needs_of(route: APIRoute) -> str:
    """What the route's one dependency asks for."""
    for dependency in route.dependant.dependencies:
        call = dependency.call
        if call is door.halfway:
            return "password"
        if call is door.through:
            return "self"
        if call is door.fresh:
            return "self, fresh"
        if call is door.setting_up:
            return "password or self, fresh"
        if inspect.isfunction(call) and call.__qualname__.startswith("needs."):
            asked = inspect.getclosurevars(call).nonlocals
            return f"{asked['do'].value} {asked['what'].value}"
    return "-"
