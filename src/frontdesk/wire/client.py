"""The one HTTP client: TLS, time-outs, limits, retries where they are safe, and nothing of a patient in a log."""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from random import uniform
from urllib.parse import urlsplit

import httpx
import structlog

from frontdesk.ports.budget import Budget
from frontdesk.ports.connecting import StandIn
from frontdesk.ports.faults import NotPermitted, Unreachable
from frontdesk.ports.gate import Gate
from frontdesk.wire.breaker import Breaker
from frontdesk.wire.request import Answer, Request
from frontdesk.wire.tls import nothing_older
from frontdesk.wire.verdict import Failed, judged, lost, too_long

_log = structlog.get_logger()

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


class _TooLong(Exception):
    """More than any answer of theirs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """One attempt, as it may be shown to anybody. `path` is the template; `status` None: no answer came.

    `tls` is the version that was spoken ("TLSv1.3"); None: no answer, or nothing left the machine.
    """

    system: str
    method: str
    path: str
    status: int | None
    ms: int
    tls: str | None = None


def log_trace(trace: Trace) -> None:
    """Write an attempt to the log."""
    _log.info(
        "another system was asked",
        system=trace.system,
        method=trace.method,
        path=trace.path,
        status=trace.status,
        ms=trace.ms,
        tls=trace.tls,
    )


class HttpClient:
    """Asks one system at one address.

    `system` is its name as staff know it. `gate` is asked before each request whether patients' data may go there;
    None only for a system on this machine. `trusts` None: the usual certificate authorities. `stand_in` takes the
    place of the network and of waiting, for a system in the same process.
    Raises: NotPermitted (the address would carry patients unencrypted, or past the practice's agreements).
    """

    def __init__(
        self,
        address: str,
        *,
        system: str,
        budget: Budget,
        gate: Gate | None = None,
        breaker: Breaker | None = None,
        trace: Callable[[Trace], None] = log_trace,
        trusts: ssl.SSLContext | None = None,
        stand_in: StandIn | None = None,
    ) -> None:
        for name in _LOUD:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address = _private(address, system)
        transport = stand_in.transport if stand_in else None
        if gate is None and transport is None and urlsplit(address).hostname not in _LOOPBACK:
            raise NotPermitted(f"{system} is not on this machine, and no gate asks for an agreement with it.")
        self._gate = gate
        self._system = system
        self._budget = budget
        self._breaker = breaker or Breaker()
        self._trace = trace
        self._pause = stand_in.pause if stand_in else asyncio.sleep
        self._seconds = stand_in.seconds if stand_in else time.monotonic
        self._patience = stand_in.patience if stand_in else 0.0
        self._quiet_until = 0.0
        self._last_loss = ""
        self._trial: asyncio.Event | None = None
        self._http = httpx.AsyncClient(
            verify=_verifying(trusts or _usual_authorities(), system),
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

        Raises: NotPermitted (the keys do not cover it, or no agreement does), Refused (it will not), Unreachable (it
        was not asked, or only read from without success), OutcomeUnknown (it may have acted, and did not say so).
        """
        if self._gate is not None:
            await self._gate.pass_through()
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
        """Ask, unless the system rests. After the rest one tries, and who comes meanwhile waits for what it finds:

        of several questions at once the others' fault would end the one that tries, and the rest would never be over.
        """
        tries = self._breaker.is_open
        admitted = self._breaker.admits(self._seconds())
        if not admitted and self._trial is not None:
            await self._trial.wait()
            tries, admitted = False, self._breaker.admits(self._seconds())
        if not admitted:
            said = f"{self._system} did not answer several times in a row; it is left alone a while."
            return Failed(fault=Unreachable(f"{said} The last time: {self._last_loss}"))
        if not tries:
            return await self._asked(request)
        trial = self._trial = asyncio.Event()
        try:
            return await self._asked(request)
        finally:
            self._trial = None
            trial.set()

    async def _asked(self, request: Request) -> Answer | Failed:
        await self._budget.acquire()
        begun = self._seconds()
        status: int | None = None
        tls: str | None = None
        try:
            # all of it: half an answer may come for ever
            async with asyncio.timeout(max(request.seconds, self._patience)):
                status, headers, body, tls = await self._exchanged(request)
            outcome = judged(request, self._system, status=status, headers=headers, body=body)
        except _TooLong:
            outcome = too_long(request, self._system)
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
                tls=tls,
            )
        )
        if self._gate is not None and tls is not None:
            await self._gate.saw(tls)
        self._learn(outcome, now)
        return outcome

    def _learn(self, outcome: Answer | Failed, now: float) -> None:
        if isinstance(outcome, Failed) and outcome.struggling:
            self._breaker.failed(now)
            self._last_loss = str(outcome.fault)
        else:
            self._breaker.succeeded()
        if isinstance(outcome, Failed) and outcome.after is not None:
            self._quiet_until = max(self._quiet_until, now + outcome.after)

    async def _exchanged(self, request: Request) -> tuple[int, httpx.Headers, bytes, str | None]:
        timeout = httpx.Timeout(None, connect=_CONNECT, pool=_CONNECT)
        async with self._http.stream(
            request.method,
            self._address + request.target,
            headers=dict(request.headers),
            json=_plain(request.json),
            data=None if request.form is None else dict(request.form),
            timeout=timeout,
        ) as response:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > request.most_bytes:
                    raise _TooLong
            return response.status_code, response.headers, bytes(body), _tls_of(response)


def _plain(body: Mapping[str, object] | Sequence[object] | None) -> object:
    """A body as the JSON writer takes it: an object, or a list such as a JSON Patch (RFC 6902)."""
    return dict(body) if isinstance(body, Mapping) else None if body is None else list(body)


@cache
def _usual_authorities() -> ssl.SSLContext:
    """The certificate authorities that browsers trust; reading them takes a quarter of a second, so it is done once."""
    context = httpx.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # 1.3 is taken wherever the system speaks it
    return context


def _verifying(trusts: ssl.SSLContext, system: str) -> ssl.SSLContext:
    """The same, once it is sure that it checks certificates and names and speaks nothing older than TLS 1.2."""
    nothing_older(trusts)
    checks = trusts.verify_mode is ssl.CERT_REQUIRED and trusts.check_hostname
    if not checks or trusts.minimum_version < ssl.TLSVersion.TLSv1_2:
        raise NotPermitted(f"{system} may only be asked with its certificate checked, by TLS 1.2 or newer.")
    return trusts


def _tls_of(response: httpx.Response) -> str | None:
    """The version of TLS that an answer came by."""
    stream = response.extensions.get("network_stream")
    secured = stream.get_extra_info("ssl_object") if stream is not None else None
    return secured.version() if isinstance(secured, ssl.SSLObject | ssl.SSLSocket) else None


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
