"""What somebody says of their insurance: kept for the clinic to verify, never judged."""

from frontdesk.dialogue.effects import Effect, KeepCoverage
from frontdesk.dialogue.flow import Flow, Need, Question
from frontdesk.dialogue.says import AskMember, AskPayerName
from frontdesk.dialogue.state import Ask, State


def _keep(state: State) -> tuple[Effect, ...]:
    return (KeepCoverage(payer=state.known.payer, member=state.known.member),)


INSURING = Flow(
    name="insuring",
    needs=(
        Need(
            name="payer",
            known=lambda state: state.known.payer is not None,
            next=lambda _: Question(ask=Ask.PAYER, say=AskPayerName()),
        ),
        Need(
            name="member",
            known=lambda state: state.known.member is not None or state.known.without_member,
            next=lambda state: Question(ask=Ask.MEMBER, say=AskMember(payer=state.known.payer)),
        ),
    ),
    then=_keep,
)
