"""Any practice's book, kept in a simulated Skeleton: for the certification suite and the demo."""

from collections.abc import Sequence
from pathlib import Path

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice
from frontdesk.ports.faults import NotPermitted
from frontdesk.standards.simulating.peer import Peer
from frontdesk.standards.simulating.waiting import Clock, Wait


def peer(
    practice: Practice,
    *,
    clock: Clock,
    wait: Wait,
    visits: Sequence[Slot],
    days: int,
    keep: Path | None = None,
) -> Peer:
    """A Skeleton that holds a practice's book. Implements `OpensPeer`.

    Raises: NotPermitted, until it is written; nothing is shown of an ability before.
    """
    raise NotPermitted(
        f"Skeleton's simulator cannot hold the book of {practice.key} yet. "
        "Write in peer.py a class with everything that `Peer` of frontdesk.standards.simulating.peer names, over "
        "simulator.py: the application and its faults, the practice's hours, people and rooms, the numbers, the "
        "settings, and what its own staff do and see there."
    )
