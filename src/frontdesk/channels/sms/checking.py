"""Findings that the check of every carrier's account shares, in the clinic's words."""

from collections.abc import Collection
from urllib.parse import urlsplit

from frontdesk.ports.faults import Fault, NotPermitted, OutcomeUnknown, Refused, Unreachable
from frontdesk.ports.finding import Finding, Level

_TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")


def is_toll_free(number: str) -> bool:
    """Whether a number of the US and Canada is a toll-free one."""
    return number.startswith("+1") and number[2:5] in _TOLL_FREE


def fault_finding(what: str, fault: Fault) -> Finding:
    """Something that could not be read, and what to do about it."""
    match fault:
        case NotPermitted():
            do = "Correct the keys: `frontdesk sms connect` asks for them again."
        case Unreachable() | OutcomeUnknown():
            do = "Check the address and the network; then run this again."
        case Refused():
            do = "See whether what was typed in is the carrier's own spelling; then `frontdesk sms connect` again."
        case _:
            do = "Run this again."
    return Finding(level=Level.BAD, what=what, says=str(fault), do=do)


def public_finding(webhook: str) -> Finding:
    """Whether a carrier can reach the desk at all, and privately."""
    parts = urlsplit(webhook)
    if parts.scheme == "https":
        return Finding(level=Level.GOOD, what="address of this desk", says=f"{parts.hostname}, by https")
    return Finding(
        level=Level.BAD,
        what="address of this desk",
        says=f"{parts.scheme}://{parts.hostname} is not private, or not on the internet",
        do="Set FRONTDESK_PUBLIC_URL to the https:// address that patients and carriers reach the desk by.",
    )


def webhook_finding(given: str, wanted: str, *, where: str, behind: str = "") -> Finding:
    """Whether texts that come in are handed to this desk. `behind` is written behind the address that is wanted."""
    if given == wanted:
        return Finding(level=Level.GOOD, what="webhook address", says="texts that come in are handed to this desk")
    says = "is empty: texts that come in are lost" if not given else "points elsewhere: texts do not come in here"
    return Finding(level=Level.BAD, what="webhook address", says=says, do=f"Under {where}, enter {wanted}{behind}")


def repeats_finding(given: str, wanted: str, *, tries: str, where: str) -> Finding:
    """Whether a text that the desk does not take is tried as often as the carrier can; `tries` says how often."""
    if given == wanted:
        return Finding(level=Level.GOOD, what="repeats", says=f"what the desk does not take at once is tried {tries}")
    return Finding(
        level=Level.LOOK,
        what="repeats",
        says="the carrier soon gives up on a text that the desk does not take; the desk finds it minutes later",
        do=f"Under {where}, enter {wanted}, and it is tried {tries}",
    )


def campaign_finding(registered: bool | None, words: str = "") -> Finding:
    """Whether a local number is registered for texts from businesses (10DLC). None: nothing says that it is."""
    if registered:
        return Finding(level=Level.GOOD, what="registration (10DLC)", says="the campaign is registered")
    says = f"not registered yet ({words})" if words else "no registered campaign was found"
    do = "US mobile networks drop texts of local numbers without one. Register the brand and the campaign there."
    return Finding(level=Level.BAD, what="registration (10DLC)", says=says, do=do)


def keywords_finding(stops: Collection[str], carrier: str) -> Finding:
    """Which words alone end texts at the carrier. CANCEL among them is a trap for a clinic."""
    words = ", ".join(stops)
    if "CANCEL" not in {word.upper() for word in stops}:
        return Finding(level=Level.GOOD, what="words that end texts", says=words)
    return Finding(
        level=Level.LOOK,
        what="words that end texts",
        says=f"{words}. Whoever texts CANCEL alone, meaning a visit, is cut off by {carrier} itself",
        do="Texts of this desk never suggest that word. Where it happens, the desk gets a task and the patient an "
        "e-mail. See docs/channels/sms.md for whether the word can be taken off.",
    )
