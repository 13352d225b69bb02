"""Everything that is read once, read before the first message: word lists, rules, the learned weights."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from frontdesk.domain.ids import PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.language.context import Context
from frontdesk.language.understanding import understand

_NOBODY = Practice(
    id=PracticeId(UUID(int=0)),
    key="nobody",
    name="Nobody's",
    assistant="Nobody",
    email="nobody@example.com",
    locations=(),
    practitioners=(),
    rooms=(),
    devices=(),
    services=(),
)
_SAID = (
    "Hi, can I book a visit on Thursday after 3? I am Ann Lee, 512 555 0147, do you have parking? No fever",
    "Hola, quisiera una cita el jueves por la tarde, soy Ana Ruiz, no tengo fiebre",
)


def warm_up() -> None:
    """The files read and the patterns made, so that the first patient waits no longer than the second.

    Takes about half a second of one core: call it off the event loop.
    """
    for language, text in zip(("en", "es"), _SAID, strict=True):
        now = datetime(2026, 5, 26, tzinfo=UTC)
        understand(text, Context(now=now, zone=ZoneInfo("UTC"), language=language, practice=_NOBODY))
