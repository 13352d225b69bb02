"""What is asked of a FHIR server and what it says back, before and after the wire: plain values.

`Ask` has the parts of the wire's own request, so that a connector hands them over one by one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from urllib.parse import quote, urlencode

from frontdesk.domain.faults import Impossible
from frontdesk.standards.fhir_scheduling.reading import Resource
from frontdesk.standards.fhir_scheduling.values import Reference

FHIR_JSON = "application/fhir+json"
JSON_PATCH = "application/json-patch+json"


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


class Does(Enum):
    """What asking does there: only reads, so that it may be asked again, or acts."""

    READS = "reads"
    ACTS = "acts"


class Release(Enum):
    """A release of FHIR. A server may have an address for each of those it speaks."""

    STU3 = "3.0"
    R4 = "4.0"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One request, below the base address of a release. `path` is a template such as "/Slot/{id}": only it is shown.

    `query` may name one parameter several times. `body` is a resource, or the steps of a JSON Patch. `page` is the
    path and query of a next page as the server wrote it, and goes out in place of path and query.
    """

    method: str
    path: str
    does: Does
    release: Release = Release.R4
    ids: Mapping[str, str] = field(default_factory=_nothing, repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=_nothing, repr=False)
    body: Resource | Sequence[Resource] | None = field(default=None, repr=False)
    page: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise Impossible(f"Ask: the path {self.path} must begin with /")
        if self.method == "GET" and (self.body is not None or self.does is Does.ACTS):
            raise Impossible(f"Ask: GET {self.path} only reads, and carries no body")

    @property
    def target(self) -> str:
        """Path and query with every id and value in place, each escaped: `+` of an offset becomes %2B."""
        if self.page is not None:
            return self.page
        path = self.path.format_map({name: quote(id, safe="") for name, id in self.ids.items()})
        return f"{path}?{urlencode(self.query, quote_via=quote)}" if self.query else path

    @property
    def sent_headers(self) -> Mapping[str, str]:
        """All headers that go with it; some servers answer XML where no Accept is sent (Epic)."""
        body = (
            {} if self.body is None else {"Content-Type": FHIR_JSON if isinstance(self.body, Mapping) else JSON_PATCH}
        )
        return {"Accept": FHIR_JSON, **body, **self.headers}

    @property
    def octets(self) -> bytes:
        """The body as it goes out; empty where there is none."""
        return b"" if self.body is None else json.dumps(_plain(self.body), ensure_ascii=False).encode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What came back: the status, the JSON (None where the body is empty or is none), headers in small letters."""

    status: int
    body: object = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=_nothing, repr=False)

    @property
    def worked(self) -> bool:
        """Whether it is one of the statuses that say so."""
        return 200 <= self.status < 300


@dataclass(frozen=True, kw_only=True, slots=True)
class NotOffered:
    """Nothing to ask: this kind of server has no way to do it. `says` tells a person what to do instead."""

    says: str


def etag(version: str) -> str:
    """A version as If-Match wants it: a weak etag, whatever characters it has. Raises: Impossible (there is none)."""
    if not version or '"' in version:
        raise Impossible("FHIR: this server gave no version of the resource, so a change of it cannot be locked")
    return f'W/"{version}"'


def version_in(header: str) -> str:
    """The version that an ETag names: W/"3", "3" or a bare 3; "" where the header is empty."""
    return header.strip().removeprefix("W/").strip('"')


def read(reference: Reference, release: Release = Release.R4) -> Ask:
    """Read one resource. Raises: Impossible (the reference names none)."""
    if not reference.id:
        raise Impossible("FHIR: only a reference with a type and an id can be read")
    return Ask(
        method="GET",
        path=f"/{reference.type}/{{id}}",
        ids={"id": reference.id},
        does=Does.READS,
        release=release,
    )


def capabilities() -> Ask:
    """Ask what the server can."""
    return Ask(method="GET", path="/metadata", does=Does.READS)


def _plain(body: Resource | Sequence[Resource]) -> object:
    return dict(body) if isinstance(body, Mapping) else [dict(step) for step in body]
