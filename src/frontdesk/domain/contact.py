"""What a practice says to somebody, by its purpose: the rules on contact go by it."""

from enum import Enum


class ContactKind(Enum):
    """Why somebody is written to or called; the value is what rules, commands and records say."""

    REPLY = "reply"
    """What answers the patient's own message."""
    CONFIRMATION = "confirmation"
    """What the patient waits for: that the visit stands which they have just booked, the code they asked for."""
    VISIT_CHANGE = "visit-change"
    """News of a visit that the clinic entered, moved or cancelled."""
    REMINDER = "reminder"
    CARE = "care"
    """How to prepare for a visit, also beside a reminder of it, and what to mind after it, in the practice's words."""
    WAITLIST_OFFER = "waitlist-offer"
    MARKETING = "marketing"
    """Recalls and whatever else is to bring somebody in."""
    STAFF_WRITTEN = "staff-written"
    EMERGENCY = "emergency"
    OWN_PEOPLE = "own-people"
    """To the practice's own staff; no patient is contacted."""
