"""Who of the practice is told what waits for a person, in which order, and how soon somebody has to take it."""

from dataclasses import dataclass
from datetime import timedelta

from frontdesk.domain.faults import Impossible


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Somebody of the practice, told by text to `phone` (E.164), by e-mail, or by both. `id` is their short name."""

    id: str
    phone: str = ""
    email: str = ""

    def __post_init__(self) -> None:
        if not (self.phone or self.email):
            raise Impossible(f"Contact {self.id}: a phone or an email is needed")


@dataclass(frozen=True, kw_only=True, slots=True)
class TellingRule:
    """Who is told, first of all the first. `reasons` () means any; `urgent` None means urgent or not."""

    who: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    urgent: bool | None = None

    def fits(self, reason: str, *, urgent: bool) -> bool:
        """Whether it says who is told of that."""
        return (not self.reasons or reason in self.reasons) and self.urgent in {None, urgent}


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """How a practice's people are told. The first rule that fits holds; without one, everybody in the list's order.

    `urgent_within`: how long somebody may let an urgent task wait before the next is told; `within`: any other, in
    opening hours. `on_call` are told of emergencies, and `acknowledge_within` is how long each has to answer.
    """

    contacts: tuple[Contact, ...] = ()
    rules: tuple[TellingRule, ...] = ()
    on_call: tuple[str, ...] = ()
    urgent_within: timedelta = timedelta(minutes=5)
    within: timedelta = timedelta(minutes=60)
    acknowledge_within: timedelta = timedelta(minutes=5)

    def __post_init__(self) -> None:
        known = {contact.id for contact in self.contacts}
        named = {id for rule in self.rules for id in rule.who} | set(self.on_call)
        if strange := sorted(named - known):
            raise Impossible(f"Telling: {', '.join(strange)} is none of the contacts")
        if min(self.urgent_within, self.within, self.acknowledge_within) <= timedelta(0):
            raise Impossible("Telling: the waits have to be above zero")

    def order(self, reason: str, *, urgent: bool) -> tuple[Contact, ...]:
        """Who is told one after the other; () where nobody is named."""
        rule = next((rule for rule in self.rules if rule.fits(reason, urgent=urgent)), None)
        return self._named(rule.who) if rule else self.contacts

    def on_call_order(self) -> tuple[Contact, ...]:
        """Who is told of an emergency, one after the other."""
        return self._named(self.on_call)

    def _named(self, ids: tuple[str, ...]) -> tuple[Contact, ...]:
        known = {contact.id: contact for contact in self.contacts}
        return tuple(known[id] for id in ids)


USUAL_TELLING = Telling()
"""Nobody is named: the practice's own e-mail address is told."""
