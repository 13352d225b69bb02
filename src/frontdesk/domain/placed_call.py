"""What becomes of a call that the desk has placed."""

from enum import Enum


class Became(Enum):
    """How a placed call ended, as far as its patient is concerned."""

    TOLD = "told"
    """Whoever it was for heard when their visit is."""
    HEARD = "heard"
    """Somebody picked up, and nobody was told: they were not the one, or hung up."""
    REFUSED = "refused"
    """Somebody picked up who wants no more calls."""
    WRONG_NUMBER = "wrong number"
    LEFT_NUMBER = "left number"
    """A machine was told who called, and how to call back."""
    LEFT_TIME = "left time"
    """A machine was told when the visit is, too."""
    MACHINE = "machine"
    FAX = "fax"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    FAILED = "failed"
    """There is no such number, or the network would not put it through."""
    GONE = "gone"
    """The visit was gone when somebody picked up."""
    LOST = "lost"
    """Its carrier told nothing more of it."""
    NOT_PLACED = "not placed"

    @property
    def reached(self) -> bool:
        """Whether the reminder was given: nothing else has to go."""
        return self in {Became.TOLD, Became.LEFT_TIME}

    @property
    def ended(self) -> bool:
        """Whether whoever picked up does not want to be reminded there: nothing else goes to that number."""
        return self in {Became.REFUSED, Became.WRONG_NUMBER, Became.GONE}

    @property
    def was_heard(self) -> bool:
        """Whether somebody, or their machine, was spoken to: that is a message."""
        return self in {
            *(Became.TOLD, Became.HEARD, Became.REFUSED, Became.WRONG_NUMBER),
            *(Became.LEFT_NUMBER, Became.LEFT_TIME),
        }

    @property
    def may_ring_again(self) -> bool:
        """Whether another try may reach them."""
        return self in {Became.BUSY, Became.NO_ANSWER, Became.MACHINE}
