"""Messages as sites write them, with invented people, and the values that tests begin from."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from frontdesk.domain.time import Period
from frontdesk.standards.hl7.datatypes import Address, ChartId, Code, Mail, Name, Number, Phone, Spot, Staff
from frontdesk.standards.hl7.message import Message, read_message
from frontdesk.standards.hl7.people import Person
from frontdesk.standards.hl7.reading import Told, told
from frontdesk.standards.hl7.site import Site
from frontdesk.standards.hl7.site_file import example
from frontdesk.standards.hl7.times import Zones
from frontdesk.standards.hl7.writing_visits import Order, Stamped

MESSAGES = Path(__file__).parent / "messages"
BOOKED, CANCELLED, BY_EPIC, BY_ONE_NUMBER, REGISTERED, MERGED, ASKED, ANSWERED = (
    (MESSAGES / f"{name}.hl7").read_text(encoding="utf-8")
    for name in (
        *("booked", "cancelled", "by_epic", "by_one_number"),
        *("registered", "merged", "asked", "answered"),
    )
)
AUSTIN = ZoneInfo("America/Chicago")
AT_NINE = datetime(2027, 1, 5, 15, 0, tzinfo=UTC)
STANDARD = example("standard-2.5.1")
EPIC = example("epic-outgoing-2.3")
ONE_NUMBER = example("one-number-2.4")
NOW = Stamped(at=datetime(2027, 1, 4, 9, 0, tzinfo=AUSTIN), control_id="M0001")


def lasting(minutes: int, *, after: timedelta = timedelta(0)) -> Period:
    """So many minutes from nine in Austin, or from later."""
    return Period(start=AT_NINE + after, end=AT_NINE + after + timedelta(minutes=minutes))


HALF_AN_HOUR = lasting(30)


def octets(text: str, codec: str = "utf-8") -> bytes:
    """A message as it is sent: each line a segment that ends with a carriage return."""
    return text.strip("\n").replace("\n", "\r").encode(codec) + b"\r"


def read(text: str, site: Site = STANDARD, codec: str = "utf-8") -> Message:
    return read_message(octets(text, codec), unmarked=site.unmarked_codec)


def tells(text: str, site: Site = STANDARD, zone: ZoneInfo | None = AUSTIN, codec: str = "utf-8") -> Told:
    return told(read(text, site, codec), site, Zones(everywhere=zone))


def with_field(text: str, segment: str, field: int, content: str) -> str:
    """The same message with another content of one field."""
    lines = text.strip("\n").split("\n")
    for at, line in enumerate(lines):
        if line.startswith(segment + "|"):
            fields = line.split("|")
            position = field - 1 if segment == "MSH" else field
            fields += [""] * (position + 1 - len(fields))
            fields[position] = content
            lines[at] = "|".join(fields)
    return "\n".join(lines) + "\n"


def without(text: str, *names: str) -> str:
    """The same message without some segments."""
    return "".join(f"{line}\n" for line in text.strip("\n").split("\n") if line[:3] not in names)


def a_person(**changes: object) -> Person:
    known = {
        "chart": "MRN777",
        "numbers": ((3, ChartId(id="MRN777", authority="CLINIC", type="MR")),),
        "name": Name(family="Ñandú-O'Neill", given="Zoë"),
        "birth_date": date(1988, 4, 12),
        "sex": "F",
        "address": Address(street="100 Main St & Co", city="Austin", state="TX", postcode="78701", country="USA"),
        "reached_by": (Phone(number="+15125550148", use="PRN", equipment="CP"), Mail(address="zoe@example.org")),
    }
    return Person(**{**known, **changes})


def an_order(**changes: object) -> Order:
    known = {
        "placer": Number(id="B-88", given_by="FRONTDESK"),
        "during": HALF_AN_HOUR,
        "zone": AUSTIN,
        "by": Staff(id="9000", family="ASSISTANT", given="AI"),
        "service": Code(id="BOTOX", text="Botox | consult ^ first", system="L"),
        "why": Code(id="NEW", text="New booking", system="L"),
        "reason": Code(id="ROUTINE", text="Routine", system="HL70276"),
        "practitioner": Staff(id="1234567893", family="Okafor", given="Ada", degree="MD", authority="NPI"),
        "spot": Spot(point="MAIN", room="RM2", facility="CLINIC1"),
        "patient": a_person(),
    }
    return Order(**{**known, **changes})
