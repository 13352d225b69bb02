"""Millennium's own words over HTTP: bears a token, follows pages, and raises faults. Knows no Appointment of ours.

Source: Oracle's documents of Millennium's R4 API. What is asked and how an answer is read: `standards.fhir_scheduling`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.standards.fhir_scheduling.asking import Ask, Said, read
from frontdesk.standards.fhir_scheduling.asking import Does as Asks
from frontdesk.standards.fhir_scheduling.bundles import Page, Paging, each_once, read_page
from frontdesk.standards.fhir_scheduling.outcomes import ORDINARY, Kind, trouble
from frontdesk.standards.fhir_scheduling.reading import Resource
from frontdesk.standards.fhir_scheduling.values import Reference
from frontdesk.systems.cerner.tokens import Tokens
from frontdesk.wire.client import HttpClient
from frontdesk.wire.request import Does, Request

NAME = "Oracle Health (Cerner)"
_READS, _ACTS = 20.0, 30.0  # seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """All pages of a search, each resource once: what matched, and what came with it."""

    matches: tuple[Resource, ...] = field(repr=False)
    included: tuple[Resource, ...] = field(repr=False)


class Client:
    """Asks one domain. `base` is its FHIR address with the tenant, below which the server's next pages must lie."""

    def __init__(self, http: HttpClient, tokens: Tokens, *, base: str) -> None:
        self._http = http
        self._tokens = tokens
        self._base = base

    async def close(self) -> None:
        """Part from the domain and its authorization server."""
        await self._tokens.close()
        await self._http.close()

    async def one(self, reference: Reference) -> Resource | None:
        """One resource; None where there is none. Raises: Refused, Unreachable, NotPermitted."""
        ask = read(reference)
        said = await self._said(ask)
        wrong = trouble(said)
        if wrong is not None and wrong.kind in {Kind.NOT_FOUND, Kind.GONE}:
            return None
        if wrong is not None:
            raise Refused(f"{NAME}, {ask.path}: {wrong.says}.")
        return said.body if isinstance(said.body, dict) else None

    async def search(self, ask: Ask, type: str) -> Found:
        """Everything that a search finds. Raises: Refused (the search, or a page is not as it must be), Unreachable,
        NotPermitted.
        """
        matches: list[Resource] = []
        included: list[Resource] = []
        paging: Paging | None = Paging(ask=ask, base=self._base)
        while paging is not None:
            page = await self._page(paging, type)
            matches += page.matches
            included += page.included
            paging = paging.after(page)
        return Found(matches=each_once(matches), included=each_once(included))

    async def resources(self, ask: Ask, type: str) -> Sequence[Resource]:
        """What matches a search, without what came with it. Raises: as `search`."""
        return (await self.search(ask, type)).matches

    async def first(self, ask: Ask, type: str) -> Sequence[Resource]:
        """What matches on the first page; the others are not read. Raises: as `search`."""
        return (await self._page(Paging(ask=ask, base=self._base), type)).matches

    async def act(self, ask: Ask) -> Said:
        """What it said to a change; a no of an ordinary kind too.

        Raises: OutcomeUnknown, Unreachable (it was not asked), Refused, NotPermitted.
        """
        return await self._said(ask)

    async def _page(self, paging: Paging, type: str) -> Page:
        said = await self._said(paging.ask)
        wrong = trouble(said)
        page = read_page(said, type) if wrong is None else None
        wrong = wrong if page is None else page.wrong
        if page is None or wrong is not None:
            raise Refused(f"{NAME}, search of {type}: {wrong.says if wrong else 'no page'}.")
        return page

    async def _said(self, ask: Ask) -> Said:
        """One call; a second time with another token where it was turned away at the door, before anything was done."""
        does = Does.ACTS if ask.does is Asks.ACTS else Does.READS
        for _ in range(2):
            token = await self._tokens.current()
            answer = await self._http.send(
                Request(
                    method=ask.method,
                    path=ask.path,
                    does=does,
                    link=ask.target,
                    headers={**_headers(ask), "Authorization": f"Bearer {token}"},
                    json=ask.body,
                    answers=ORDINARY | {401},
                    seconds=_READS if does is Does.READS else _ACTS,
                )
            )
            if answer.status != 401:
                return Said(status=answer.status, body=answer.json, headers=answer.headers)
            self._tokens.refused(token)
        raise NotPermitted(
            f"{NAME} answered 401 to {ask.method} {ask.path} with a new token. Check that the app is enabled in the "
            "hospital's domain, with the scopes that Frontdesk asks for."
        )


def _headers(ask: Ask) -> dict[str, str]:
    """Those that the vendor names: a change is answered with an empty body, whatever is preferred."""
    sent = dict(ask.sent_headers)
    if ask.does is Asks.ACTS:
        sent.pop("Prefer", None)
    return sent
