"""The one HTTP client: TLS, time-outs, limits, retries where they are safe, and nothing of a patient in a log."""

import asyncio
import logging
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from random import uniform
from urllib.parse import urlsplit

import httpx
import structlog

from frontdesk.ports.budget import Budget
from frontdesk.ports.faults import NotPermitted, Unreachable
from frontdesk.wire.breaker import Breaker
from frontdesk.wire.request import Answer, Request
from frontdesk.wire.verdict import Failed, judged, lost

_log = structlog.get_logger()

MOST_BYTES = 32 * 1024 * 1024
"""No page of a list comes near this; whatever does would only fill the memory."""
_TRIES = 3
_LONGEST_PAUSE = 10.0  # seconds of waiting in one request altogether: a patient is waiting too
_CONNECT = 5.0  # seconds; shorter than any request may take, so that it is known not to have left
_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_LOUD = ("httpx", "httpcore")  # they log whole URLs and headers: patients and keys


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """One attempt, as it may be shown to anybody. `path` is the template; `status` None: no answer came."""

    system: str
    method: str
    path: str
    status: int | None
    ms: int


def log_trace(trace: Trace) -> None:
    """Write an attempt to the log."""
    _log.info(
        "another system was asked",
        system=trace.system,
        method=trace.method,
        path=trace.path,
        status=trace.status,
        ms=trace.ms,
    )


class HttpClient:
    """Asks one system at one address.

    `system` is its name as staff know it. `trusts` None: the usual certificate authorities. `transport` takes
    the place of the network, for a system in the same process.
    Raises: NotPermitted (the address would carry patients unencrypted).
    """

    def __init__(
        self,
        address: str,
        *,
        system: str,
        budget: Budget,
        breaker: Breaker | None = None,
        trace: Callable[[Trace], None] = log_trace,
        trusts: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        for name in _LOUD:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address = _private(address, system)
        self._system = system
        self._budget = budget
        self._breaker = breaker or Breaker()
        self._trace = trace
        self._pause = pause
        self._seconds = seconds
        self._quiet_until = 0.0
        self._http = httpx.AsyncClient(
            verify=trusts or _usual_authorities(),
            transport=transport,
            trust_env=False,  # a proxy named by the environment would see patients
            follow_redirects=False,  # the keys go to no other address
            limits=httpx.Limits(max_connections=10, max_keepalive_connections=10, keepalive_expiry=15),
            headers={"User-Agent": "frontdesk", "Accept": "application/json"},
        )

    async def close(self) -> None:
        """Part from the system."""
        await self._http.aclose()

    async def send(self, request: Request) -> Answer:
        """What the system said: 2xx with its JSON, or one of the statuses the request counts as answers.

        Raises: NotPermitted (the keys do not cover it), Refused (it will not), Unreachable (it was not asked, or
        only read from without success), OutcomeUnknown (it may have acted, and did not say so).
        """
        paused = 0.0
        for attempt in count(1):
            paused += await self._until_quiet(paused)
            outcome = await self._attempt(request)
            if isinstance(outcome, Answer):
                return outcome
            pause = uniform(0.5, 1) * 0.25 * 4 ** (attempt - 1) if outcome.after is None else outcome.after
            if not outcome.again or attempt == _TRIES or paused + pause > _LONGEST_PAUSE:
                raise outcome.fault
            await self._pause(pause)
            paused += pause
        raise AssertionError("counting never ends")

    async def _until_quiet(self, paused: float) -> float:
        """Waits as long as the system asked everybody to; how long that was, in seconds."""
        wait = self._quiet_until - self._seconds()
        if wait <= 0:
            return 0.0
        if paused + wait > _LONGEST_PAUSE:
            raise Unreachable(f"{self._system} asks us to wait longer than a patient can; it was not asked.")
        await self._pause(wait)
        return wait

    async def _attempt(self, request: Request) -> Answer | Failed:
        if not self._breaker.admits(self._seconds()):
            resting = Unreachable(f"{self._system} did not answer several times in a row; it is left alone a while.")
            return Failed(fault=resting)
        await self._budget.acquire()
        begun = self._seconds()
        status: int | None = None
        try:
            async with asyncio.timeout(request.seconds):  # all of it: half an answer may come for ever
                status, headers, body = await self._exchanged(request)
            outcome = judged(request, self._system, status=status, headers=headers, body=body)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as fault:
            left = not isinstance(fault, _NEVER_LEFT)
            outcome = lost(request, self._system, how=type(fault).__name__, left=left)
        now = self._seconds()
        self._trace(
            Trace(
                system=self._system,
                method=request.method,
                path=request.path,
                status=status,
                ms=round(1000 * (now - begun)),
            )
        )
        self._learn(outcome, now)
        return outcome

    def _learn(self, outcome: Answer | Failed, now: float) -> None:
        if isinstance(outcome, Failed) and outcome.struggling:
            self._breaker.failed(now)
        else:
            self._breaker.succeeded()
        if isinstance(outcome, Failed) and outcome.after is not None:
            self._quiet_until = max(self._quiet_until, now + outcome.after)

    async def _exchanged(self, request: Request) -> tuple[int, httpx.Headers, bytes]:
        timeout = httpx.Timeout(None, connect=_CONNECT, pool=_CONNECT)
        async with self._http.stream(
            request.method,
            self._address + request.target,
            headers=dict(request.headers),
            json=None if request.json is None else dict(request.json),
            timeout=timeout,
        ) as response:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    raise httpx.ReadError("more than any answer of theirs")
            return response.status_code, response.headers, bytes(body)


@cache
def _usual_authorities() -> ssl.SSLContext:
    """The certificate authorities that browsers trust; reading them takes a quarter of a second, so it is done once."""
    return httpx.create_ssl_context()


def _private(address: str, system: str) -> str:
    """The address without a last slash, once it is sure that nobody on the way can read along."""
    parts = urlsplit(address)
    stays_here = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or stays_here):
        raise NotPermitted(
            f"The address of {system} must begin with https:// and name a host. "
            "Plain http:// would carry patients unencrypted and is for this machine alone."
        )
    return address.rstrip("/")
