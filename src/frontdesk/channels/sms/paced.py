"""What accounts of every carrier share: a text's segments each wait for their turn, and words become settings."""

import asyncio

from frontdesk.channels.sms.segments import segments
from frontdesk.domain.faults import Impossible
from frontdesk.ports.budget import Budget
from frontdesk.ports.faults import Unreachable

MOST_A_SECOND = 200
"""More than any 10DLC campaign is given."""


LONGEST = 20.0
"""Seconds that a text which is marked as about to leave may wait for its turn. Whoever finds the mark looks for the
text at its carrier, and sends it itself where it is not there long after that."""


async def turn(pace: Budget, body: str) -> None:
    """Come back when every segment of a text may leave: carriers pace and bill segments.

    Raises: Unreachable, also where that has taken so long that somebody else may be at it.
    """
    clock = asyncio.get_running_loop().time
    begun = clock()
    for _ in range(segments(body).count):
        await pace.acquire()
    if clock() - begun > LONGEST:
        raise Unreachable("The turn of this text came late: somebody else may have sent it meanwhile. Look again.")


def per_second(text: str) -> float:
    """How many segments a second a number may send. Raises: Impossible."""
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.01 <= rate <= MOST_A_SECOND:
        raise Impossible(f"texts_per_second is {text}; a number from 0.01 to {MOST_A_SECOND} is needed.")
    return rate


def yes(key: str, text: str) -> bool:
    """Whether a setting says yes. Raises: Impossible."""
    if text.lower() not in {"yes", "no"}:
        raise Impossible(f"{key} is {text}; yes or no is needed.")
    return text.lower() == "yes"
