"""Who the audit takes a request for: a visitor, until a page knows better."""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from frontdesk.domain.audit import Actor, ActorKind
from frontdesk.storage.audit import acting, acts_from_now_on
from frontdesk.web.security import address_of


class VisitorsAct:
    """Has everything that a request does recorded as a visitor's, with the address they come from."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the app does."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        address = address_of(HTTPConnection(scope))
        with acting(Actor(kind=ActorKind.VISITOR, id="visitor", via="web", address=address)):
            await self._app(scope, receive, send)


def patient_acts(connection: HTTPConnection, *, id: str, via: str) -> None:
    """From here on the request is a patient's: whoever holds a link or a conversation, which `id` names."""
    acts_from_now_on(Actor(kind=ActorKind.PATIENT, id=id, via=via, address=address_of(connection)))
