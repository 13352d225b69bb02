"""What is asked of somebody else's system, and what comes back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from urllib.parse import quote, urlencode

from frontdesk.domain.faults import Impossible

MOST_BYTES = 32 * 1024 * 1024
"""No page of a list comes near this; whatever does would only fill the memory."""
_LINK = re.compile(r"/(?!/)[!-~]*")


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


class Does(Enum):
    """What asking does there: only reads, so that it may be asked again, or acts."""

    READS = "reads"
    ACTS = "acts"


class Takes(Enum):
    """What an answer is made of: JSON, which is read, or octets as they are, which the asker reads."""

    JSON = "JSON"
    OCTETS = "octets"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request. `path` is a template such as "/appointments/{AptNum}"; only the template is ever shown.

    `seconds` is how long the answer may take. `answers` are statuses outside 2xx that tell something ordinary,
    such as 404 for a visit that is not there; they come back as an Answer and are no fault. A body is `json` or a
    `form`, as the system wants it. `link` goes out in place of the path where the address itself is a secret, as
    it was given. An answer of more than `most_bytes`, unpacked, is not read to its end.
    """

    method: str
    path: str
    does: Does
    ids: Mapping[str, str] = field(default_factory=_nothing, repr=False)
    query: Mapping[str, str] = field(default_factory=_nothing, repr=False)
    headers: Mapping[str, str] = field(default_factory=_nothing, repr=False)
    json: Mapping[str, object] | Sequence[object] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    answers: frozenset[int] = frozenset()
    seconds: float = 20
    takes: Takes = Takes.JSON
    link: str | None = field(default=None, repr=False)
    most_bytes: int = MOST_BYTES

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise Impossible(f"Request: the path {self.path} must begin with /")
        if self.does is Does.READS and self.method == "GET" and not (self.json is None and self.form is None):
            raise Impossible(f"Request: GET {self.path} cannot carry a body")
        if self.link is not None and not _LINK.fullmatch(self.link):
            raise Impossible(
                f"Request: the link behind {self.path} must begin with / and be plain letters of an address"
            )
        if self.json is not None and self.form is not None:
            raise Impossible(f"Request: {self.method} {self.path} carries one body, JSON or a form")

    @property
    def target(self) -> str:
        """The path with its ids in place and its query, each part escaped, so that none can reach another path."""
        if self.link is not None:
            return self.link
        path = self.path.format_map({name: quote(id, safe="") for name, id in self.ids.items()})
        query = urlencode(self.query, quote_via=quote)
        return f"{path}?{query}" if query else path


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the system said. `json` is None where the answer is empty; outside 2xx, words may stand in `words`.

    `octets` is the answer to a request that takes them; `headers` have their names in small letters.
    """

    status: int
    json: object = field(default=None, repr=False)
    words: str = field(default="", repr=False)
    octets: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=_nothing, repr=False, compare=False)
