"""Skeleton's own words over HTTP: sign, send, page, raise faults. Knows no Appointment.

Source of every call: name the vendor's pages here.
"""

from frontdesk.domain.faults import Impossible
from frontdesk.wire.client import HttpClient
from frontdesk.wire.foreign import Foreign
from frontdesk.wire.request import Does, Request

NAME = "Skeleton"
"""As staff know it."""
_READS = 20.0  # seconds


class Client:
    """Asks one clinic's account. Raises: Impossible (the key is not one)."""

    def __init__(self, http: HttpClient, key: str) -> None:
        if not (key.isascii() and key.isprintable()) or not key or " " in key:
            raise Impossible("systems.skeleton.key must be one word of plain letters and digits.")
        self._http = http
        self._headers = {"Authorization": f"Bearer {key}"}

    async def close(self) -> None:
        """Part from it."""
        await self._http.close()

    async def visit(self, number: str) -> Foreign | None:
        """One visit; None where there is none. Raises: Refused, Unreachable, NotPermitted."""
        answer = await self._http.send(
            Request(
                method="GET",
                path="/visits/{id}",
                ids={"id": number},
                headers=self._headers,
                does=Does.READS,
                answers=frozenset({404}),
                seconds=_READS,
            )
        )
        return None if answer.status == 404 else Foreign.of(answer.json, what="visit", id="id")
