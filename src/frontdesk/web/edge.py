"""The edge of a request: whatever goes wrong inside, a person gets a page that says what to do, and no trace."""

from traceback import format_tb

import psycopg
import structlog
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from frontdesk.storage.faults import DatabaseFault
from frontdesk.web.catalogue import LANGUAGES, Words, best_language, words_in
from frontdesk.web.rendering import page

log = structlog.get_logger()


class Edge:
    """Answers for an app that broke. Outermost but for the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the app does; a fault becomes a friendly answer, and a line in the log with the route's name."""
        begun = False

        async def send_noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as fault:
            # The route's pattern, not the address: an address may hold somebody's signed link.
            route = scope.get("route")
            pattern = route.path if isinstance(route, Route | WebSocketRoute) else "unknown"
            away = isinstance(fault, DatabaseFault | psycopg.OperationalError)
            # Lines of code without the values in them: those may be a patient's.
            trace = "" if away else "".join(format_tb(fault.__traceback__))
            log.error("request failed", route=pattern, fault=type(fault).__name__, trace=trace)
            if begun or scope["type"] != "http":
                raise
            answer = _away(HTTPConnection(scope)) if away else _broken(HTTPConnection(scope))
            await answer(scope, receive, send)


def answer_for_missing(app: FastAPI) -> None:
    """Give an app its pages for addresses that lead nowhere and requests that are refused."""

    async def missing(request: Request, fault: Exception) -> Response:
        status = fault.status_code if isinstance(fault, HTTPException) else 404
        words = _words(request)
        return trouble(request, words("trouble.missing_title"), words("trouble.missing_text"), status=status)

    app.add_exception_handler(HTTPException, missing)


def trouble(
    connection: HTTPConnection, title: str, text: str, *, status: int, headers: dict[str, str] | None = None
) -> Response:
    """A page with one clear message; programs that do not ask for a page get one line of JSON."""
    if "text/html" not in connection.headers.get("accept", ""):
        return JSONResponse({"trouble": title}, status_code=status, headers=headers)
    return page(
        "trouble.html",
        {"title": title, "text": text, "language": _words(connection).language},
        status=status,
        headers=headers,
    )


def _broken(connection: HTTPConnection) -> Response:
    words = _words(connection)
    return trouble(connection, words("trouble.broken_title"), words("trouble.broken_text"), status=500)


def _away(connection: HTTPConnection) -> Response:
    words = _words(connection)
    return trouble(
        connection, words("trouble.away_title"), words("trouble.away_text"), status=503, headers={"Retry-After": "30"}
    )


def _words(connection: HTTPConnection) -> Words:
    return words_in(best_language(connection.headers.get("accept-language", ""), LANGUAGES))
