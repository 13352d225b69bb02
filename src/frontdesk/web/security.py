"""Headers that every answer carries, and who may send a form."""

from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontdesk.settings import LOOPBACK

DEFAULTS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",  # pages speak of patients; what may be kept says so itself
}
A_YEAR = 31_536_000


def content_policy(
    *,
    frames: str = "'none'",
    framed_by: str = "'none'",
    connects: str = "'self'",
    styles: str = "'self'",
    scripts: str = "'self'",
    images: str = "'self'",
) -> str:
    """A Content-Security-Policy: only our own files, nothing inline, framed by nobody unless it is said."""
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src {images}; font-src 'self'; "
        f"connect-src {connects}; frame-src {frames}; form-action 'self'; base-uri 'none'; frame-ancestors {framed_by}"
    )


class SecureHeaders:
    """Adds the headers to every answer; one that a page has set itself stands."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = {"Content-Security-Policy": content_policy(), **DEFAULTS}
        if https:
            self._headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the app does, with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class OnlyBelow:
    """Serves the addresses below some paths; everything else is not there."""

    def __init__(self, app: ASGIApp, *, paths: tuple[str, ...]) -> None:
        self._app = app
        self._paths = paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the app does, or answer 404."""
        if scope["type"] == "lifespan" or scope["path"].startswith(self._paths):
            await self._app(scope, receive, send)
        else:
            await Response(status_code=404)(scope, receive, send)


def from_own_page(connection: HTTPConnection) -> bool:
    """Whether a browser sent this from a page of ours, and not from somebody else's.

    `Sec-Fetch-Site` is sent over https and to localhost only; elsewhere the Origin has to do. A caller that
    names neither is no browser, and nobody's page has led it here.
    """
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


def address_of(connection: HTTPConnection) -> str:
    """The network address that a connection comes from; what a proxy on this machine says, where one is in front.

    Only a proxy on this machine is believed: whoever connects from elsewhere could write anything there.
    """
    host = connection.client.host if connection.client else ""
    told = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    if told and host in LOOPBACK:
        with suppress(ValueError):
            return str(ip_address(told))
    return host
