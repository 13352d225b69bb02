"""What becomes of a text after it was handed over, as carriers tell it."""

from enum import Enum


class Delivery(Enum):
    """How far a text came. What was told once is not taken back by an older word that comes late."""

    SENT = "sent"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"

    def follows(self, before: "Delivery | None") -> bool:
        """Whether this is news: further on than what is known. That a phone has it outdoes all else."""
        order = list(Delivery)
        return before is None or order.index(self) > order.index(before)


class Trouble(Enum):
    """Why a text did not reach a phone."""

    LANDLINE = "landline"
    BLOCKED = "blocked"
    """Whoever has the number ended texts at the carrier, by STOP or another of its words."""
    UNKNOWN = "unknown"
    """There is no such number, or nobody has it any more."""
    UNREACHABLE = "unreachable"
    """Switched off, out of reach, or its network would not take it just then."""
    FILTERED = "filtered"
    """The carrier, or a network behind it, took it for spam or for something it does not carry."""
    THROTTLED = "throttled"
    """More than the number, the campaign or the account may send in so much time."""
    ACCOUNT = "account"
    """The clinic's own account, number or registration is not in order."""
    CONTENT = "content"
    """The text itself cannot be carried."""
    OTHER = "other"
    """Not delivered, for a reason that is not told or not known here."""

    @property
    def lasts(self) -> bool:
        """Whether it is about the number itself, and so true of the next text to it as well."""
        return self in {Trouble.LANDLINE, Trouble.BLOCKED, Trouble.UNKNOWN}


class Line(Enum):
    """What kind of line a number is."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"
    OTHER = "other"
