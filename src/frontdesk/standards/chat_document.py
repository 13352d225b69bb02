"""How a practice's web chat looks, as it stands in its document."""

from types import MappingProxyType

from frontdesk.domain.chat_look import USUAL_LOOK, ChatLook
from frontdesk.standards.document import Entry
from frontdesk.standards.forms import LANGUAGE, TEXT


def chat_in(entry: Entry) -> ChatLook:
    """The look; what is left out is as usual."""
    look = entry.build(
        lambda: ChatLook(
            colour=entry.one_or("colour", TEXT, USUAL_LOOK.colour),
            name=entry.one_or("name", TEXT, ""),
            greeting=MappingProxyType(entry.each("greeting", LANGUAGE, TEXT)),
        )
    )
    entry.close()
    return look or USUAL_LOOK


def of_chat(look: ChatLook) -> dict[str, object]:
    """The part of the document that holds it."""
    written = {
        "colour": look.colour if look.colour != USUAL_LOOK.colour else "",
        "name": look.name,
        "greeting": dict(look.greeting),
    }
    return {key: value for key, value in written.items() if value}
