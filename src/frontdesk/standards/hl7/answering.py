"""The functions by which a listener acknowledges what it hears: octets in, octets out.

They belong to one site. Whoever listens passes them to the wire, which knows frames and nothing of HL7.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from frontdesk.standards.hl7.acknowledging import (
    AckCode,
    ErrorCode,
    Objection,
    acknowledge,
    acknowledgement,
    objection,
    wanted,
)
from frontdesk.standards.hl7.message import Message, read_message
from frontdesk.standards.hl7.notation import Unreadable, Unwritable
from frontdesk.standards.hl7.site import Site

TAKEN = frozenset({"SIU", "SRM", "ADT"})
_FAILED = Objection(error=ErrorCode.INTERNAL, place="MSH-10", says="It could not be kept. Please send it again later")
_TOO_LONG = Objection(error=ErrorCode.TOO_LONG, place="MSH-1", says="The message is longer than is taken here")


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """That a message is not taken. `answer` None: its sender wants to hear nothing."""

    answer: bytes | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answering:
    """Acknowledges the messages of a site. `now` has a zone; `new_id` gives a control id that was never given."""

    site: Site
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    kinds: frozenset[str] = TAKEN

    def refusal(self, octets: bytes) -> Refusal | None:
        """What is said of a message that is not for us, instead of keeping it; None where it is for us."""
        try:
            message = read_message(octets, unmarked=self.site.unmarked_codec)
        except Unreadable:
            return Refusal(answer=self._unread())
        why = objection(message, self.site, kinds=self.kinds)
        if why is None:
            return None
        return Refusal(answer=self._said(message, AckCode.REJECTED, AckCode.NOT_KEPT, why))

    def kept(self, octets: bytes) -> bytes | None:
        """What is said of a message once it is kept; None where its sender wants to hear nothing."""
        message = read_message(octets, unmarked=self.site.unmarked_codec)
        return self._said(message, AckCode.ACCEPTED, AckCode.KEPT, None)

    def failed(self, octets: bytes) -> bytes | None:
        """What is said of a message that could not be kept."""
        try:
            message = read_message(octets, unmarked=self.site.unmarked_codec)
        except Unreadable:
            return self._unread()
        return self._said(message, AckCode.ERROR, AckCode.KEEPING_FAILED, _FAILED)

    def too_long(self, beginning: bytes) -> bytes | None:
        """What is said of a message of which only the beginning was taken."""
        header = beginning.split(b"\r", 1)[0]
        try:
            message = read_message(header, unmarked=self.site.unmarked_codec)
        except Unreadable:
            return self._unread()
        return self._said(message, AckCode.REJECTED, AckCode.NOT_KEPT, _TOO_LONG)

    def _said(self, message: Message, original: AckCode, commit: AckCode, why: Objection | None) -> bytes | None:
        wants = wanted(message)
        code = original if wants.accept is None else commit
        if wants.accept is not None and not wants.accept.wants(code):
            return None
        at, new_id = self.now(), self.new_id()
        try:
            return acknowledge(message, code, at=at, control_id=new_id, objecting=why).octets
        except Unwritable:  # their names hold octets that are no letters
            return self._unread()

    def _unread(self) -> bytes:
        """Nothing of the message can be named, so nothing is: MSA-2 stays empty."""
        unknown = read_message(f"MSH|^~\\&|||||||||{self.site.processing}|{self.site.version}\r".encode("ascii"))
        why = Objection(error=ErrorCode.SEQUENCE, place="MSH-1", says="This is no message of HL7 version 2")
        return acknowledge(unknown, AckCode.REJECTED, at=self.now(), control_id=self.new_id(), objecting=why).octets


def known_by(octets: bytes) -> str | None:
    """What makes a message that comes twice the same one: its sender and its control id. None where it has none."""
    try:
        message = read_message(octets)
    except Unreadable:
        return None
    return (
        "|".join((message.header.text(3), message.header.text(4), message.control_id)) if message.control_id else None
    )


def control_id_of(octets: bytes) -> str | None:
    """The control id of a message, by which its acknowledgement is known."""
    try:
        return read_message(octets).control_id or None
    except Unreadable:
        return None


def answers(octets: bytes) -> str | None:
    """The control id of the message that an answer is about; None where it is no answer."""
    try:
        said = acknowledgement(read_message(octets))
    except Unreadable:
        return None
    return said.answers or None if said else None
