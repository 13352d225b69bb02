"""The rules and the map together, asked about a practice: where it is, what it has to disclose, whom it may contact."""

from dataclasses import dataclass
from datetime import datetime

from frontdesk.compliance.deciding import Contact, Decision, Known, decide
from frontdesk.compliance.disclosing import Occasion, disclosures
from frontdesk.compliance.keywords import Meant, meant
from frontdesk.compliance.places import Atlas, Place, Whereabouts, state_of_address
from frontdesk.compliance.rule import Rules
from frontdesk.domain.contact import ContactKind
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice

SAID_ANYWAY = frozenset({"hello", "automated"})
"""Words of disclosures that every greeting has, or every answer to who asks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """What an installation knows of the law."""

    rules: Rules
    atlas: Atlas

    def state_of(self, practice: Practice) -> str:
        """The state ("US-TX") whose law a practice is under: the one it names, else its first address's; "": none."""
        named = practice.policies.retention.state
        return f"US-{named}" if named else state_of_address(practice.locations[0].address) or ""

    def disclosed(self, practice: Practice, channel: ChannelKind, now: datetime) -> tuple[str, ...]:
        """Keys of the message catalogue that a greeting adds to the usual one."""
        place = Place(state=self.state_of(practice), zone=practice.locations[0].zone)
        due = disclosures(self.rules, [place], ContactKind.REPLY, channel, Occasion.START, now=now)
        return tuple(key for key in due.words if key not in SAID_ANYWAY)

    def where(self, *, state: str | None, phone: str | None) -> Whereabouts:
        """Where somebody may be; see `Atlas.where`."""
        return self.atlas.where(state=state, phone=phone)

    def decide(self, contact: Contact, known: Known, *, now: datetime) -> Decision:
        """Whether a contact may be made; see `decide`."""
        return decide(contact, known, self.rules, now=now)

    def hour_suits(self, kind: ContactKind, channel: ChannelKind, address: str, now: datetime) -> bool:
        """Whether a message of that kind would not be moved to another hour if it went to that address now."""
        contact = Contact(kind=kind, channel=channel, where=self.where(state=None, phone=address))
        return self.decide(contact, Known(), now=now).allowed

    def meant(self, words: str, practice: Practice, channel: ChannelKind, now: datetime) -> Meant | None:
        """What a patient's message means for consent by the rules alone; see `meant`."""
        place = Place(state=self.state_of(practice), zone=practice.locations[0].zone)
        return meant(words, self.rules, place, channel, now=now)
