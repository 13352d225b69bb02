"""Whatever a patient says, in whatever order, and whatever the calendar answers: no conversation is stuck."""

import asyncio
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.clinic import a_practice
from tests.dialogue.conversing import Talk

from frontdesk.dialogue import says
from frontdesk.dialogue.effects import StaffTold
from frontdesk.dialogue.state import Mode, State
from frontdesk.language.explaining import Explaining
from frontdesk.reception.reply import Turned
from frontdesk.storage.json_values import all_named

PRACTICE = a_practice()
WORDS = Explaining(PRACTICE)
PHONE = "+15125550147"

STILL_OPEN = (says.SayGoodbye, says.SayTakeYourTime, says.SayOptedIn)
"""After these the question asked before stands, and is not put again."""


@given(turns=st.lists(st.integers(min_value=0), min_size=1, max_size=12), texting=st.booleans())
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_conversation_ends_done_handed_over_or_waiting_with_a_question(turns: list[int], texting: bool) -> None:
    asyncio.run(
        converse(Talk(practice=PRACTICE, random=Random(0), state=State(address=PHONE if texting else None)), turns)
    )


async def converse(talk: Talk, turns: list[int]) -> None:
    """Each number is one message: the acts in it, and how the calendar takes it."""
    for number in turns:
        talk.random = Random(number)
        spoke = talk.state.mode is Mode.ASSISTANT
        turned = await talk.turn(talk.heard())

        assert turned.says or not spoke
        assert goes_on(turned)
        assert all(WORDS.effect(done) for done in turned.effects)
        assert all(WORDS.say(say) for say in all_named(turned.says))


def goes_on(turned: Turned) -> bool:
    """Whether somebody knows what comes next: the desk is silent by wish, done, has told a person, or has asked."""
    if turned.state.mode is not Mode.ASSISTANT or turned.state.flow is None:
        return True
    if any(isinstance(one, StaffTold) for one in turned.happened) or turned.state.alarm is not None:
        return True
    if turned.state.asked is None:
        return False
    asks = type(turned.says[-1]).__name__.startswith(("Ask", "Offer", "ReadBack", "SayNothingFree", "SayNoPlan"))
    return asks or isinstance(turned.says[-1], STILL_OPEN)
