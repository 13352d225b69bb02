"""A request that a carrier makes of us, as it came, and what it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """What a carrier sent, as it came. `url` is the address that the carrier was given, with its query.

    `url` is made of the desk's own public address, never of what a proxy or a sender says of the host. Header names
    are in small letters.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    received: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What a carrier wants to hear once its webhook was taken in."""

    status: int = 200
    body: bytes = b""
    kind: str = "text/plain"
