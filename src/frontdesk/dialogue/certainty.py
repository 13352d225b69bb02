"""What is said about a detail that was not heard for sure: as the one who heard it says that it is to be confirmed."""

from collections.abc import Sequence
from dataclasses import replace

from frontdesk.dialogue.acts import ConfirmBy, GiveEmail, Heard, Unclear
from frontdesk.dialogue.says import Say, SayAnotherWay, SayCheckEmail, SayNotUnderstood
from frontdesk.dialogue.state import Mode
from frontdesk.dialogue.step import Step

_OTHER_WAYS = frozenset({ConfirmBy.SPELL, ConfirmBy.KEYPAD})
"""Ways that words can ask for."""


def made_sure(step: Step, heard: Sequence[Heard]) -> Step:
    """The step, with a word on each detail that may have been misheard or misspelled.

    An address that is likely a slip is put beside the one that was meant; what was not caught is asked for letter by
    letter, or by keys. All else is read back before it counts.
    """
    if step.state.mode is not Mode.ASSISTANT or step.state.by_ear:  # what is heard is read back
        return step
    if step.says and isinstance(step.says[0], SayNotUnderstood):
        wanted = [one.confirm_by for one in heard if isinstance(one.act, Unclear) and one.confirm_by is not None]
        ways = [SayAnotherWay(by=way) for way in wanted if way in _OTHER_WAYS]
        return replace(step, says=(step.says[0], *ways, *step.says[1:]))
    return step.saying_first(*(say for one in heard for say in _slip(one)))


def _slip(one: Heard) -> tuple[Say, ...]:
    match one:
        case Heard(act=GiveEmail(email=email), confirm_by=ConfirmBy.READ_BACK, also=(GiveEmail(email=likely), *_)):
            return (SayCheckEmail(email=email, likely=likely),)
        case _:
            return ()
