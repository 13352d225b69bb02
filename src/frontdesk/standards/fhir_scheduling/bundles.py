"""Answers to a search: what matched, what came with it, what the server remarks, and where the next page is.

A next page is followed only on the same server, below the same address, and never twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from string import punctuation
from urllib.parse import quote, unquote, urljoin, urlsplit

from frontdesk.ports.faults import Refused
from frontdesk.standards.fhir_scheduling.asking import Ask, Said
from frontdesk.standards.fhir_scheduling.outcomes import Finding, Trouble, findings, stopped
from frontdesk.standards.fhir_scheduling.reading import Node, Resource, Unreadable

MOST_PAGES = 50
_STAYS = "".join(letter for letter in punctuation if letter not in '"<>')
_PORTS = {"http": 80, "https": 443}


class Astray(Refused):
    """A next page lies elsewhere, was read before, or there is no end of them; the list tells nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page. `total` None: the server does not count. `remarks` stand beside a success (an ignored parameter).

    `asked` is the search as the server understood it (link `self`), in which a parameter it ignores is missing.
    """

    matches: tuple[Resource, ...] = field(repr=False)
    included: tuple[Resource, ...] = field(default=(), repr=False)
    remarks: tuple[Finding, ...] = ()
    total: int | None = None
    next: str = field(default="", repr=False)
    asked: str = field(default="", repr=False)

    @property
    def wrong(self) -> Trouble | None:
        """What the server could not do of the search: then what is missing in the list may be there all the same."""
        return stopped(200, self.remarks)

    def of(self, type: str) -> tuple[Resource, ...]:
        """Those of one type, matched or included."""
        return tuple(one for one in (*self.matches, *self.included) if one.get("resourceType") == type)


def read_page(said: Said, type: str) -> Page:
    """The page of a search for a type, where `trouble` finds none. Entries are told by what they are, not by place.

    Raises: Unreadable (it is no Bundle of a search, or an entry holds nothing).
    """
    body = said.body
    if not isinstance(body, dict) or body.get("resourceType") != "Bundle":
        raise Unreadable(f"the search for {type}", "the answer", "is no Bundle")
    node = Node(row=f"the search for {type}", fields=body)
    kind = node.text("type")
    if kind not in {"searchset", "collection"}:
        raise node.unreadable("type", 'is not "searchset"')
    matches: list[Resource] = []
    included: list[Resource] = []
    remarks: list[Finding] = []
    for entry in node.nodes("entry"):
        inner = entry.node("resource")
        if inner is None:
            raise entry.unreadable("resource", "is empty")
        resource = inner.fields
        found = resource.get("resourceType")
        if found == "OperationOutcome":
            remarks += findings(resource)
        elif found == type and _mode(entry) != "include":
            matches.append(resource)
        else:
            included.append(resource)
    links = {one.text("relation"): one.text("url") for one in node.nodes("link")}
    return Page(
        matches=tuple(matches),
        included=tuple(included),
        remarks=tuple(remarks),
        total=node.whole("total"),
        next=links.get("next", ""),
        asked=links.get("self", ""),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Paging:
    """Where one stands in a list. `base` is the address that the paths of its pages lie below."""

    ask: Ask
    base: str
    most: int = MOST_PAGES
    seen: frozenset[str] = frozenset()

    def after(self, page: Page) -> "Paging | None":
        """The next page to ask for, with the body of the first (Epic pages `$find` so); None at the end.

        Raises: Astray.
        """
        if not page.next:
            return None
        target = _below(page.next, self.base)
        seen = self.seen | {self.ask.target}
        if target in seen:
            raise Astray(f"{self.ask.path}: the server's next page is one that was read before.")
        if len(seen) >= self.most:
            raise Astray(f"{self.ask.path}: the server has more than {self.most} pages. Ask for fewer days at once.")
        return replace(self, ask=replace(self.ask, page=target), seen=seen)


def each_once(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """The same without repetitions: one that moves while pages are turned comes twice, and its newest state counts.

    The newest is the one with the latest meta.lastUpdated, else the one that came last.
    """
    found: dict[tuple[str, str], Resource] = {}
    for resource in resources:
        key = (str(resource.get("resourceType")), str(resource.get("id")))
        if key not in found or _updated(resource) >= _updated(found[key]):
            found[key] = resource
    return tuple(found.values())


def _updated(resource: Resource) -> float:
    meta = resource.get("meta")
    node = Node(row="meta", fields=meta if isinstance(meta, dict) else {})
    try:
        return node.instant("lastUpdated").timestamp()
    except Unreadable:
        return 0.0


def _mode(entry: Node) -> str:
    search = entry.node("search")
    return search.text_or_none("mode") if search else ""


def _below(link: str, base: str) -> str:
    """Path and query of a link, below a base address. Raises: Astray."""
    whole = urlsplit(urljoin(f"{base.rstrip('/')}/", link))
    home = urlsplit(base.rstrip("/"))
    if whole.hostname != home.hostname or _port(whole.scheme, whole.port) not in _ports(home.scheme, home.port):
        raise Astray("The server's next page lies on another server; patients' data is asked for at its own alone.")
    if whole.username or not (whole.path == home.path or whole.path.startswith(f"{home.path}/")):
        raise Astray("The server's next page lies outside its own address.")
    if any(part in {".", ".."} for part in unquote(whole.path).split("/")):
        raise Astray("The server's next page lies outside its own address.")
    path = whole.path.removeprefix(home.path) or "/"
    return quote(f"{path}?{whole.query}" if whole.query else path, safe=_STAYS)


def _port(scheme: str, port: int | None) -> int | None:
    return port or _PORTS.get(scheme)


def _ports(scheme: str, port: int | None) -> set[int | None]:
    """The ports that mean this server. One behind a proxy writes http:// for its own https:// address; since only path
    and query are taken from a link, nothing is asked unencrypted by it.
    """
    own = _port(scheme, port)
    return {own, 80} if own == 443 else {own}
