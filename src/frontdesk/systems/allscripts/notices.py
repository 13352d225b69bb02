"""Pure: HL7 v2 messages that the practice's interface engine passes on: which visit or patient each is about.

HL7 signs nothing, so the engine sends a secret of the practice with each message. What a message says is not believed;
the visit is read. Nothing is too old: engines send what they kept while a line was down, and a repeated message makes
the desk read once more.
Source: HL7 v2.5.1 chapters 3 and 10; which fields a site fills is its own interface specification.
"""

import hmac

from frontdesk.domain.ids import AppointmentId
from frontdesk.ports.abilities import Notice, Told
from frontdesk.ports.faults import Refused
from frontdesk.standards.hl7.message import Message, read_message
from frontdesk.standards.hl7.notation import Unreadable

HEADER = "authorization"
_PRODUCTION = "P"
_VISITS, _PATIENTS = "SIU", "ADT"
_VISIT = (("SCH", 2), ("SCH", 1), ("PV1", 19))
"""Where a visit's number stands; the first that is filled counts. That it is Unity's number is concluded."""
_CHARTS = (("PID", 3), ("MRG", 1))


def heard(notice: Notice, *, secret: str) -> list[Told]:
    """What a message is about; [] for one of a kind that is nothing to us, and for one of a test.

    Where a visit's number is not a whole one, everything may have changed: numbers of Unity's visits are whole.
    Raises: Refused (the secret is wrong, missing or not agreed on; it is no HL7).
    """
    given = notice.headers.get(HEADER, "")
    if not secret or not hmac.compare_digest(f"Bearer {secret}".encode(), given.strip().encode()):
        raise Refused("A message came without the secret that was agreed on with the practice's interface engine.")
    try:
        message = read_message(notice.body, unmarked="iso8859_1")
    except Unreadable:
        raise Refused("A message that was passed on is not HL7 v2.") from None
    if message.header.text(11) != _PRODUCTION or message.kind not in {_VISITS, _PATIENTS}:
        return []
    id = f"{message.header.text(3)} {message.header.text(4)} {message.control_id}".strip()
    if message.kind == _PATIENTS:
        charts = _charts(message)
        return [Told(id=id, charts=charts)] if charts else []
    number = _visit(message)
    known = number.isascii() and number.isdecimal()
    return [Told(id=id, visits=(AppointmentId(number),) if known else (), everything=not known)]


def _visit(message: Message) -> str:
    for name, field in _VISIT:
        segment = message.first(name)
        if segment is not None and segment.text(field):
            return segment.text(field).strip()
    return ""


def _charts(message: Message) -> tuple[str, ...]:
    """The numbers of a patient; of a merge (A40) those of both files."""
    found = [
        one.text(1).strip()
        for name, field in _CHARTS
        for segment in message.all(name)
        for one in segment.field(field).repetitions
    ]
    return tuple(dict.fromkeys(filter(None, found)))
