"""Whose calendar each feed is, as a practice writes it down: the links are secrets, so they stand in the settings."""

import re
from collections.abc import Mapping

from frontdesk.domain.ids import PractitionerId
from frontdesk.ports.faults import NotPermitted
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.wire.secret_link import SecretLink

FEEDS = "/ical/"
"""What the path of every feed begins with."""
_NAMED = re.compile(r"(?<!\S)(?P<who>[^\s:]+)\s*:\s*(?P<link>(?:https?|webcals?)://\S+)")


def read_links(written: str, *, address: str) -> dict[PractitionerId, SecretLink]:
    """The feed of each practitioner, from lines such as `maya: https://secure.simplepractice.com/ical/...`.

    Raises: NotPermitted (a link is missing, stands twice, or leads anywhere but to a feed at `address`). No fault
    quotes a link.
    """
    there = SecretLink.of(address).origin
    links: dict[PractitionerId, SecretLink] = {}
    for found in _NAMED.finditer(written):
        who, link = PractitionerId(found["who"]), SecretLink.of(found["link"])
        if link.origin != there or not link.target.startswith(FEEDS) or link.target == FEEDS:
            raise NotPermitted(f"The link of {who} is no feed of SimplePractice; those begin with {there}{FEEDS}.")
        if who in links:
            raise NotPermitted(f"The links name {who} twice. Leave the one that is in use.")
        if link in links.values():
            raise NotPermitted(f"The link of {who} is another's as well. Each clinician copies their own.")
        links[who] = link
    if not links or _NAMED.sub("", written).strip():
        raise NotPermitted(
            "The links are not one line for each clinician: the practitioner's short name, a colon, "
            f"and a link that begins with {there}{FEEDS}."
        )
    return links


def check_numbers(written: Mapping[str, object]) -> None:
    """That nobody gives numbers: a feed has none. Raises: DocumentWrong, with a line for each that is given."""
    faults: list[Fault] = []
    Entry.of(written, place=("numbers",), faults=faults).close()
    if faults:
        raise DocumentWrong(faults)
