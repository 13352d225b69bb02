"""Why a message was answered as it was, line by line, for the practice's people."""

from frontdesk.language.explaining import Explaining
from frontdesk.storage.conversations import Why


def reasons(words: Explaining, why: Why) -> list[tuple[str, str]]:
    """What was heard, who understood, what was known, done and said: a label and a line each, in that order."""
    by = f"{why.by}: {why.because}" if why.by else why.because or "it was kept by an earlier version, which told less"
    return [
        *(("heard", words.act(act)) for act in why.acts),
        ("by", by),
        *(("knew", one) for one in _knew(why)),
        *(("did", words.effect(effect)) for effect in why.effects),
        *(("said", words.say(say)) for say in why.says),
    ]


def _knew(why: Why) -> list[str]:
    """Where the conversation stood when the message was taken up."""
    if why.before is None:
        return []
    flow = why.before.flow or "nothing under way"
    asked = f"asked last: {why.before.asked.value}" if why.before.asked else "no question open"
    return [f"{flow}; {asked}; {why.before.mode.value} speaks"]
