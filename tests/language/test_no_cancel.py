"""No text suggests the word CANCEL: carriers take it alone for STOP, and never show it to us."""

import re
from pathlib import Path

import pytest

import frontdesk.language.catalogue
import frontdesk.web
from frontdesk.channels.sms.telnyx.stand_in import STOPS as TELNYX
from frontdesk.channels.sms.twilio.stand_in import STOPS as TWILIO

CATALOGUES = sorted(
    file
    for package in (frontdesk.language.catalogue.__file__, frontdesk.web.__file__)
    for file in Path(str(package)).parent.rglob("*.yaml")
)
FORBIDDEN = {*TWILIO, *TELNYX} - {"STOP"}
"""Words that end texts at a carrier, but for the one that is meant to."""
_SUGGESTS = re.compile(
    r"\b(?:reply|text|send|answer|write|type|say|responda|conteste|escriba|env[ií]e|mande|diga)"
    r"(?:\s+(?:with|the word|con|la palabra|back))*\s+[\"“'«]?(?P<word>[A-Za-z]+)",
    re.IGNORECASE,
)


def test_there_are_catalogues_to_look_at() -> None:
    assert {"en.yaml", "es.yaml"} <= {file.name for file in CATALOGUES}


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_no_word_that_ends_texts_at_a_carrier_stands_in_capitals_or_is_asked_for(file: Path) -> None:
    told = file.read_text("utf-8")
    if file.stem.startswith("handing_over"):
        return  # what the clinic's own people read, which names the word to explain what happened
    capitals = {word for word in FORBIDDEN if re.search(rf"\b{re.escape(word)}\b", told)}
    asked_for = {found["word"].upper() for found in _SUGGESTS.finditer(told)} & FORBIDDEN

    assert capitals == set(), "patients would text it alone, and be cut off by the carrier"
    assert asked_for == set(), "patients would text it alone, and be cut off by the carrier"


def test_the_look_finds_what_it_looks_for() -> None:
    assert [found["word"] for found in _SUGGESTS.finditer("Reply C to confirm or text “cancel” to stop")] == [
        "C",
        "cancel",
    ]
