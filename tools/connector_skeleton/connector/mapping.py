"""Pure: Skeleton's JSON to our values and back. A word we do not know is reported, never guessed."""

from collections.abc import Mapping

from frontdesk.domain.appointment import Status
from frontdesk.wire.foreign import Foreign

STATUS: Mapping[str, Status] = {
    "Scheduled": Status.BOOKED,
    "Cancelled": Status.CANCELLED,
}
"""Their word for how a visit stands, to ours. Source: the page of their API that lists them."""


def standing(row: Foreign) -> Status:
    """How the visit of one row of `GET /visits/{id}` stands.

    Raises: Unreadable, with the row's id, where the word is not in STATUS.
    """
    return row.word("status", STATUS)
