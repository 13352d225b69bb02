"""Whoever wants no offers is understood, in any reasonable words, and not taken for one who wants no texts."""

import pytest
from tests.clinic import NOW, a_practice

from frontdesk.compliance.rule import Meaning
from frontdesk.domain.consent import Use
from frontdesk.domain.message import ChannelKind
from frontdesk.wiring import book_of_rules

BOOK = book_of_rules()


@pytest.mark.parametrize(
    "words",
    [
        "No more offers",
        "no more offers please!",
        "Please don't send me offers",
        "I do not want offers",
        "Stop the ads.",
        "take me off your marketing list",
        "pls stop asking me to book",
        "no más ofertas",
        "No quiero ofertas, gracias",
        "no me manden promociones",
        "por favor dejen de enviarme ofertas",
    ],
)
def test_it_ends_offers_and_nothing_else(words: str) -> None:
    meant = BOOK.meant(words, a_practice(), ChannelKind.SMS, NOW)

    assert meant is not None
    assert (meant.meaning, meant.use) == (Meaning.STOP, Use.MARKETING)


@pytest.mark.parametrize(
    "words", ["do you have any offers?", "what promotions do you have", "¿tienen ofertas?", "no more botox for me"]
)
def test_what_asks_for_offers_ends_none(words: str) -> None:
    meant = BOOK.meant(words, a_practice(), ChannelKind.SMS, NOW)

    assert meant is None or meant.meaning is not Meaning.STOP
