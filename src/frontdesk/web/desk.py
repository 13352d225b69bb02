"""The desk that a request is served by."""

from typing import cast

from starlette.requests import HTTPConnection

from frontdesk.web.live import Changes
from frontdesk.wiring import Frontdesk


def desk_of(connection: HTTPConnection) -> Frontdesk:
    """The desk of this process."""
    return cast(Frontdesk, connection.app.state.desk)


def changes_of(connection: HTTPConnection) -> Changes:
    """What tells this process's open pages of changes."""
    return cast(Changes, connection.app.state.changes)
