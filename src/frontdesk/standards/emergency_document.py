"""What a practice wants said in an emergency, in its own approved words, as it stands in its document."""

from collections.abc import Mapping
from types import MappingProxyType

from frontdesk.dialogue.acts import Danger
from frontdesk.standards.document import Entry
from frontdesk.standards.forms import LANGUAGE, text_like

WORDS = text_like(r"(?s)(?=.*\S)(?=.*\d{3}).*", "words that name a number to call, such as 911")
"""Whoever reads them has to know whom to call, whatever else they say."""


def emergency_in(entry: Entry) -> Mapping[str, Mapping[str, str]]:
    """The words by danger and language; what is left out is said in the words that come with the desk."""
    words = {
        danger.value: MappingProxyType(said) for danger in Danger if (said := entry.each(danger.value, LANGUAGE, WORDS))
    }
    entry.close()
    return MappingProxyType(words)
