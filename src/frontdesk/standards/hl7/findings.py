"""What in a message was not understood, or contradicts itself: told by its place, and never with a patient in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from frontdesk.standards.hl7.message import Message

_PLAIN_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,30}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that a person has to look at. `control_id` is MSH-10, by which the site finds the message."""

    control_id: str
    place: str
    says: str


class Findings:
    """The findings of one message, gathered while it is read."""

    def __init__(self, message: Message) -> None:
        self._control_id = message.control_id
        self._found = dict.fromkeys(
            Finding(control_id=self._control_id, place=odd.place, says=odd.says) for odd in message.oddities
        )

    def add(self, place: str, says: str) -> None:
        """Keep one; the same twice is one."""
        self._found[Finding(control_id=self._control_id, place=place, says=says)] = None

    def unknown(self, place: str, word: str, known: Iterable[str], *, longest: int = 31) -> None:
        """Keep a word that is in no table; it is shown where it is a word of no more than `longest` letters."""
        shown = (
            f'"{word}"' if len(word) <= longest and _PLAIN_WORD.fullmatch(word) else f"a text of {len(word)} letters"
        )
        self.add(place, f"is {shown}; the words known are {', '.join(sorted(known))}")

    @property
    def all(self) -> tuple[Finding, ...]:
        """All of them, in the order they were met."""
        return tuple(self._found)
