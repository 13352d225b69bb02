"""What stands between patients' data and each processor outside: it is asked anew every time."""

from typing import Protocol


class Gate(Protocol):
    """The way to one processor of one practice."""

    async def pass_through(self) -> None:
        """Return where an agreement in force covers the processor.

        Raises: NotPermitted (nothing may leave; staff are told, and it stands in the audit).
        """
        ...

    async def saw(self, tls: str) -> None:
        """Keep the version of TLS ("TLSv1.3") that the processor was last reached by."""
        ...
