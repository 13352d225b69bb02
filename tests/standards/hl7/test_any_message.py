"""Whatever a site sends, reading it ends in a value: a message that breaks the reader would be lost."""

from zoneinfo import ZoneInfo

from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.standards.hl7.samples import (
    ANSWERED,
    ASKED,
    AUSTIN,
    BOOKED,
    BY_EPIC,
    BY_ONE_NUMBER,
    CANCELLED,
    EPIC,
    MERGED,
    NOW,
    ONE_NUMBER,
    REGISTERED,
    STANDARD,
    octets,
)

from frontdesk.standards.hl7.acknowledging import acknowledgement
from frontdesk.standards.hl7.answering import Answering
from frontdesk.standards.hl7.message import read_message
from frontdesk.standards.hl7.notation import Unreadable
from frontdesk.standards.hl7.reading import told
from frontdesk.standards.hl7.site import Site
from frontdesk.standards.hl7.times import Zones

SAMPLES = st.sampled_from([BOOKED, CANCELLED, BY_EPIC, BY_ONE_NUMBER, REGISTERED, MERGED, ASKED, ANSWERED])
SITES = st.sampled_from([STANDARD, EPIC, ONE_NUMBER])
ZONES = st.sampled_from([Zones(), Zones(everywhere=AUSTIN), Zones(by_location={"CLINIC1": ZoneInfo("Europe/Berlin")})])
CONTENT = st.one_of(
    st.sampled_from(
        ['""', "~~", "^^^", "&", "\\", "\\X0\\", "\\X00\\", "20261101013000", "20270314023000", "0", "-5", "M30", "A"]
    ),
    st.sampled_from(["0", "-5", "M30", "A", "D", "X", "S12", "SIU^S26", "Booked", "999999", "٣", "²"]),
    st.text(max_size=12),
)


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A message with some fields, segments or octets changed."""
    lines = draw(SAMPLES).strip("\n").split("\n")
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        fields = lines[at].split("|")
        match draw(st.sampled_from(["field", "drop", "double", "cut"])):
            case "field":
                position = draw(st.integers(0, len(fields) - 1))
                fields[position] = draw(CONTENT)
                lines[at] = "|".join(fields)
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case _:
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
        lines = lines or [""]
    return octets("\n".join(lines), draw(st.sampled_from(["utf-8", "utf-16-le"])))


@settings(max_examples=300)
@given(came=spoiled(), site=SITES, zones=ZONES)
def test_a_spoiled_message_is_read_or_told_to_be_none(came: bytes, site: Site, zones: Zones) -> None:
    try:
        message = read_message(came, unmarked=site.unmarked_codec)
    except Unreadable:
        event("no message")
        return

    tells = told(message, site, zones)

    assert tells.control_id == message.control_id
    assert message.octets == came


@settings(max_examples=300)
@given(came=spoiled(), site=SITES)
def test_every_message_gets_an_answer_that_can_be_read(came: bytes, site: Site) -> None:
    answering = Answering(site=site, now=lambda: NOW.at, new_id=lambda: "A1")

    refusal = answering.refusal(came)
    said = refusal.answer if refusal else answering.kept(came)

    # only a sender who wants to hear nothing hears nothing
    assert said is None or acknowledgement(read_message(said)) is not None
