"""Pure: Skeleton's JSON to our values and back. A word we do not know is reported, never guessed."""

from collections.abc import Mapping

from frontdesk.domain.appointment import Status
from frontdesk.ports.faults import Refused

STATUS: Mapping[str, Status] = {
    "Scheduled": Status.BOOKED,
    "Cancelled": Status.CANCELLED,
}
"""Their word for how a visit stands, to ours. Source: the page of their API that lists them."""


def status(word: str, *, visit: str) -> Status:
    """How a visit stands. `visit` is its id there, for whoever reads the fault.

    Raises: Refused where the word is not in STATUS.
    """
    if word not in STATUS:
        raise Refused(f"Skeleton says visit {visit} is {word!r}; add the word to STATUS in mapping.py.")
    return STATUS[word]
