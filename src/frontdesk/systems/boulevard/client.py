"""Boulevard's two GraphQL APIs over HTTP: signs, sends, waits when asked to, raises faults. Knows no Appointment.

What stands in a document is fixed text; ids and words travel as variables, so that nothing of a patient is in an
address and no id can change what is asked. Source: the official `Boulevard/book-sdk` and four independent clients of
the Admin API.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.systems.boulevard.signing import Keys
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign, Unreadable
from frontdesk.wire.request import Does, Request

NAME = "Boulevard"
PRODUCTION = "https://dashboard.boulevard.io/api/2020-01"
PAGE = 100
"""Nodes of a page; what public clients ask for. No more than 1,000 in one query is allowed."""
_TRIES = 4
_LONGEST_PAUSE = 10.0  # seconds of waiting in one call: a patient is waiting too
_REFUSED = 401
_PLAIN_CODE = re.compile(r"[A-Z][A-Z_]{0,60}")
_OVER_THE_LIMIT = re.compile(r"API limit.*?wait (\d+) ?ms", re.DOTALL | re.IGNORECASE)
_IN_TROUBLE = {"INTERNAL_SERVER_ERROR", "INTERNAL_ERROR"}  # usual words of GraphQL servers; a guess for this one
_GUEST = ""


class Declined(Refused):
    """It understood and will not. `codes` are the vendor's own words for why; none where it gives none."""

    def __init__(self, asked: str, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        said = f" ({', '.join(codes)})" if codes else ""
        super().__init__(f"{NAME} will not do {asked}{said}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One GraphQL document. `name` is what it is called in a fault's text: its first field."""

    name: str
    document: str
    does: Does


def query(name: str, document: str) -> Ask:
    """A document that only reads."""
    return Ask(name=name, document=document, does=Does.READS)


def mutation(field: str, selection: str, *, does: Does = Does.ACTS) -> Ask:
    """A mutation of the usual form: one input, named after the field.

    `does` READS for one that leaves nothing behind, or that may be sent twice and acts once.
    """
    kind = f"{field[0].upper()}{field[1:]}Input"
    return Ask(
        name=field,
        document=f"mutation($input: {kind}!) {{ {field}(input: $input) {{ {selection} }} }}",
        does=does,
    )


class Client:
    """Asks one business. `pause` lets seconds pass where it asks us to wait."""

    def __init__(
        self, http: HttpClient, keys: Keys, *, clock: Clock, pause: Callable[[float], Awaitable[None]]
    ) -> None:
        self._http = http
        self._keys = keys
        self._clock = clock
        self._pause = pause

    async def close(self) -> None:
        """Part from the business."""
        await self._http.close()

    async def admin(self, ask: Ask, **variables: object) -> Foreign:
        """What the Admin API has under `data`.

        Raises: NotPermitted, Declined, Unreachable (nothing was done), OutcomeUnknown (a mutation may have acted).
        """
        return await self._asked("/admin", ask, variables, whose=None)

    async def client(self, ask: Ask, whose: str = _GUEST, /, **variables: object) -> Foreign:
        """What the Client API has under `data`, asked as a guest, or as the client of a bare id. Raises: as `admin`."""
        return await self._asked("/{business}/client", ask, variables, whose=whose)

    async def listed(self, ask: Ask, what: str, **variables: object) -> list[Foreign]:
        """All nodes of a connection of the Admin API, page by page, each once; holes are left out.

        Raises: Unreadable (a page begins anew, or names no next one), and as `admin`.
        """
        found: dict[str, Foreign] = {}
        after: str | None = None
        seen: set[str] = set()
        while True:
            page = await self.page(ask, what, after=after, **variables)
            found |= {row.text("id"): row for row in page.rows}
            if page.next is None:
                return list(found.values())
            if page.next in seen:
                raise Unreadable(what, "pageInfo", "begins anew")
            seen.add(page.next)
            after = page.next

    async def page(self, ask: Ask, what: str, *, after: str | None, **variables: object) -> "Page":
        """One page of a connection of the Admin API. Raises: as `listed`."""
        data = await self.admin(ask, first=PAGE, after=after, **variables)
        return page_of(data.fields.get(ask.name), what)

    async def _asked(self, path: str, ask: Ask, variables: Mapping[str, object], *, whose: str | None) -> Foreign:
        paused = 0.0
        for _ in range(_TRIES):
            body = await self._sent(path, ask, variables, whose=whose)
            errors = _errors_of(body)
            if not errors:
                return _data_of(body, ask)
            wait = _asked_to_wait(errors)
            if wait is None:
                raise _fault_of(errors, ask)
            paused += wait
            if paused > _LONGEST_PAUSE:
                break
            await self._pause(wait)
        raise Unreachable(f"{NAME} asks us to wait longer than a patient can; {ask.name} was not done.")

    async def _sent(self, path: str, ask: Ask, variables: Mapping[str, object], *, whose: str | None) -> Foreign:
        request = Request(
            method="POST",
            path=path,
            ids={"business": self._keys.business},
            headers={"Authorization": self._signed(whose), "Content-Type": "application/json"},
            json={"query": ask.document, "variables": dict(variables)},
            does=ask.does,
            answers=frozenset({_REFUSED}),
        )
        answer = await self._http.send(request)
        if answer.status == _REFUSED:  # turned away at the door, so nothing was done; a token may have been too old
            again = {**request.headers, "Authorization": self._signed(whose)}
            answer = await self._http.send(replace(request, headers=again))
        if answer.status == _REFUSED:
            raise _not_taken(ask)
        try:
            return Foreign.of(answer.json, what="answer", id="id")
        except Unreadable:
            raise _not_understood(ask) from None

    def _signed(self, whose: str | None) -> str:
        """The header Authorization, fresh for each request: how long a token holds is published nowhere."""
        if whose is None:
            return self._keys.admin(self._clock.now())
        return self._keys.client(whose, self._clock.now()) if whose else self._keys.guest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some nodes of a connection. `next` is the cursor to ask on with, None on the last page; `end` this one's own."""

    rows: tuple[Foreign, ...]
    next: str | None
    end: str | None


def page_of(raw: object, what: str) -> Page:
    """A page of a Relay connection; edges and nodes may be null. Raises: Unreadable."""
    connection = row_of(raw, f"list of {what}s")
    info = row_of(connection.fields.get("pageInfo"), f"list of {what}s")
    edges = connection.fields.get("edges")
    listed = edges if isinstance(edges, list) else []
    nodes = [edge.get("node") for edge in listed if isinstance(edge, dict)]
    rows = tuple(row_of(node, what) for node in nodes if node is not None)
    end = info.text("endCursor") if info.has("endCursor") else None
    more = info.yes("hasNextPage")
    if more and end is None:
        raise Unreadable(f"list of {what}s", "endCursor", "is missing, and there are more pages")
    return Page(rows=rows, next=end if more else None, end=end)


def row_of(raw: object, what: str) -> Foreign:
    """One object, named by the last part of its id. Raises: Unreadable."""
    row = Foreign.of(raw, what=what, id="id")
    id = row.fields.get("id")
    named = f"{what} {id.rpartition(':')[2]}" if isinstance(id, str) and re.fullmatch(r"[\w:.-]{1,80}", id) else what
    return Foreign(row=named, fields=row.fields)


def rows_of(raw: object, what: str) -> list[Foreign]:
    """The objects of a list. Raises: Unreadable."""
    return [row_of(one.fields, what) for one in Foreign.list_of(raw, what=what, id="id")]


def _errors_of(body: Foreign) -> list[Foreign]:
    listed = body.fields.get("errors") or []
    return [Foreign.of(one, what="error", id="code") for one in listed] if isinstance(listed, list) else [body]


def _data_of(body: Foreign, ask: Ask) -> Foreign:
    data = body.fields.get("data")
    if isinstance(data, dict) and (ask.does is Does.READS or isinstance(data.get(ask.name), dict | list)):
        return Foreign(row=ask.name, fields=data)
    raise _not_understood(ask)


def _not_understood(ask: Ask) -> OutcomeUnknown | Unreachable:
    """What it means that an answer is none: an act may have been done."""
    said = f"{NAME} answered {ask.name} with something that is no answer"
    if ask.does is Does.READS:
        return Unreachable(f"{said}; nothing was read.")
    return OutcomeUnknown(f"{said}; it may have acted. Look before anything is asked again.")


def _not_taken(ask: Ask) -> NotPermitted:
    return NotPermitted(
        f"{NAME} does not take the key for {ask.name}. Check API key, secret, business id and this machine's clock."
    )


def _asked_to_wait(errors: Sequence[Foreign]) -> float | None:
    """Seconds that the vendor asks for where its limit is met: nothing was done then."""
    for error in errors:
        told = error.fields.get("message")
        found = _OVER_THE_LIMIT.search(told) if isinstance(told, str) else None
        if found:
            return int(found[1]) / 1000
    return None


def _fault_of(errors: Sequence[Foreign], ask: Ask) -> NotPermitted | Declined | Unreachable | OutcomeUnknown:
    """One of the four faults. The vendor's message may name a patient, so only its code is told."""
    codes = [code for error in errors if (code := _code_of(error))]
    if "UNAUTHENTICATED" in codes:
        return _not_taken(ask)
    if _IN_TROUBLE & set(codes):
        return _not_understood(ask)
    return Declined(ask.name, codes)


def _code_of(error: Foreign) -> str | None:
    """The code, where the official SDK reads it or where others do."""
    extensions = error.fields.get("extensions")
    for code in (error.fields.get("code"), extensions.get("code") if isinstance(extensions, dict) else None):
        if isinstance(code, str) and _PLAIN_CODE.fullmatch(code):
            return code
    return None
