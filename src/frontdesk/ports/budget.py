"""How often somebody else's system lets us ask, shared by every process that asks with the same key."""

from typing import Protocol


class Budget(Protocol):
    """What a vendor allows for one key: so many requests in so much time."""

    async def acquire(self) -> None:
        """Comes back when one more request may leave; it counts as gone from then on.

        Raises: Unreachable (the wait would be longer than a patient can be asked for).
        """
        ...
