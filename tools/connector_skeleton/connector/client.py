"""Skeleton's own words over HTTP: sign, send, page, slow down, raise faults. Knows no Appointment."""

from dataclasses import dataclass, field

from frontdesk.ports.faults import NotPermitted


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """One clinic's account at Skeleton."""

    address: str
    key: str = field(repr=False)

    async def get(self, path: str) -> object:
        """The JSON at a path of the API.

        Raises: NotPermitted, Refused, Unreachable, OutcomeUnknown; nothing else leaves this class.
        """
        raise NotPermitted(f"Skeleton: reading {path} is not written yet. Write `Client.get` in client.py.")
