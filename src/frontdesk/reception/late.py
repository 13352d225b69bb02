"""A text that is answered late, or out of its turn: what it asks may no longer be so, and a person looks first."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from frontdesk.dialogue.acts import Act, AskPerson, Emergency, OptIn, OptOut
from frontdesk.dialogue.state import Mode
from frontdesk.domain.consent import Consent
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.ports.carrying import NOT_KEPT
from frontdesk.storage.conversations import Waiting

LATE = timedelta(hours=3)
"""From then on a text is not answered by what is free, and meant, by now."""
SOON = timedelta(minutes=10)
"""Within so long, "tomorrow" still means the same day to whoever wrote it, even past midnight."""


def is_for_people(
    practice: Practice, waiting: Waiting, acts: Sequence[Act], *, said: Consent | None, now: datetime
) -> bool:
    """Whether people see a text before it is answered. `said` is what was last said about texts to its number.

    An emergency never waits for anybody. What ends or begins texts counts whenever it is heard, unless the opposite was
    said after it was sent; a HELP alone is answered the same at any time.
    """
    message, conversation = waiting.message, waiting.conversation
    if waiting.left or waiting.paused or conversation.state.mode is Mode.PERSON:
        return False
    if conversation.channel is not ChannelKind.SMS or any(isinstance(act, Emergency) for act in acts):
        return False
    if any(isinstance(act, OptIn | OptOut) for act in acts):
        ends = any(isinstance(act, OptOut) for act in acts)
        return waiting.found and said is not None and said.recorded > message.sent and said.allowed is ends
    if waiting.overtaken or waiting.answered_elsewhere or message.text == NOT_KEPT:
        return True
    if any(isinstance(act, AskPerson) and act.keyword for act in acts):
        return False
    zone, age = practice.locations[0].zone, now - message.sent
    return age >= LATE or (age > SOON and wall(now, zone).date() != wall(message.sent, zone).date())
