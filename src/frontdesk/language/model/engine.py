"""Rules and a model together: rules always look for danger and a wish to be left alone, and stand when in doubt."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

import structlog

from frontdesk.dialogue.acts import (
    Act,
    AllClear,
    Emergency,
    GiveBirthDate,
    GiveCode,
    Heard,
    OptOut,
    TellMinor,
    Unclear,
)
from frontdesk.dialogue.state import FOR_PROOF
from frontdesk.domain.practice import Understanding
from frontdesk.language.context import Context
from frontdesk.language.model.answer import Grammar, believed
from frontdesk.language.model.asking import Answered, AskModel
from frontdesk.language.model.hiding import hide
from frontdesk.ports.faults import Fault, NotPermitted, Unreachable
from frontdesk.ports.gate import Gate
from frontdesk.wire.breaker import Breaker

SURE = 0.95
UNSURE = 0.7
LEAST_AGREEMENT = 0.5
TRIES = 2

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True, slots=True)
class Understood:
    """What a message does, who said so ("rules" or "model") and why; `asked`: what a model took."""

    heard: list[Heard]
    by: str
    because: str
    asked: Answered | None = None


class Engine:
    """Understands messages by rules, and by a model where one is set and allowed."""

    def __init__(
        self,
        rules: Grammar,
        ask: AskModel | None = None,
        *,
        seconds: float = 6.0,
        breaker: Breaker | None = None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._rules = rules
        self._ask = ask
        self._seconds = seconds
        self._breaker = breaker or Breaker()
        self._now = now

    async def understand(self, text: str, context: Context, *, gate: Gate | None = None) -> Understood:
        """The acts of a message. Never raises for a model's sake: on any trouble the rules' answer stands."""
        by_rules = self._rules(text, context)
        if because := self._rules_stand(by_rules, context):
            return Understood(heard=by_rules, by="rules", because=because)
        if not self._breaker.admits(self._now()):
            return Understood(heard=by_rules, by="rules", because="the model rests after failures")
        hidden = hide(text, context, by_rules)
        try:
            if gate is not None:
                await gate.pass_through()
            async with asyncio.timeout(self._seconds):
                answered = await self._asked(hidden.text, context)
        except NotPermitted:
            return Understood(heard=by_rules, by="rules", because="nothing may go to the model")
        except (Fault, TimeoutError) as fault:
            self._breaker.failed(self._now())
            log.warning("the language model did not help", fault=type(fault).__name__)
            return Understood(heard=by_rules, by="rules", because=f"the model: {type(fault).__name__}")
        self._breaker.succeeded()
        by_model = believed(answered.answer, hidden, context, self._rules)
        by_model += [one for one in by_rules if isinstance(one.act, ALWAYS_HEARD) and one.act not in _acts(by_model)]
        log.info(
            "the language model was asked",
            ms=round(answered.seconds * 1000),
            tokens_in=answered.tokens_in,
            tokens_out=answered.tokens_out,
            dollars=answered.dollars,
        )
        return self._chosen(by_rules, by_model, answered)

    def _rules_stand(self, by_rules: Sequence[Heard], context: Context) -> str | None:
        if self._ask is None:
            return "no model is set"
        policy = context.practice.policies.understanding
        if policy is Understanding.RULES:
            return "the practice wants rules only"
        if any(isinstance(one.act, Emergency | OptOut) for one in by_rules):
            return "danger or a wish to be left alone: nothing waits for a model"
        if context.asked in FOR_PROOF or any(isinstance(one.act, GiveBirthDate | GiveCode) for one in by_rules):
            return "what proves who somebody is goes to no model"
        if policy is Understanding.RULES_FIRST and not _unsure(by_rules):
            return "the rules are sure"
        return None

    async def _asked(self, text: str, context: Context) -> Answered:
        assert self._ask is not None
        for _ in range(TRIES - 1):
            try:
                return await self._ask(text, context)
            except Unreachable:
                continue
        return await self._ask(text, context)

    def _chosen(self, by_rules: list[Heard], by_model: list[Heard], answered: Answered) -> Understood:
        if not by_model or all(isinstance(one.act, Unclear) for one in by_model):
            return Understood(heard=by_rules, by="rules", because="the model found nothing that stands", asked=answered)
        agreement = agreement_of(by_rules, by_model)
        if agreement < LEAST_AGREEMENT:
            because = f"the model agrees with too little ({agreement:.0%})"
            return Understood(heard=by_rules, by="rules", because=because, asked=answered)
        return Understood(heard=by_model, by="model", because=f"agreement {agreement:.0%}", asked=answered)


ALWAYS_HEARD = (TellMinor, AllClear)
"""What is heard by rules whatever the model hears: a child's age, the end of an alarm."""


def _acts(heard: Sequence[Heard]) -> list[Act]:
    return [one.act for one in heard]


def agreement_of(by_rules: Sequence[Heard], by_model: Sequence[Heard]) -> float:
    """The share of what the rules are sure of that the model heard as well, value for value; 1 where they are not."""
    sure = [one.act for one in by_rules if one.confidence >= SURE and not isinstance(one.act, Unclear)]
    if not sure:
        return 1.0
    heard = [one.act for one in by_model]
    return sum(act in heard for act in sure) / len(sure)


def _unsure(heard: Sequence[Heard]) -> bool:
    return any(isinstance(one.act, Unclear) or one.confidence < UNSURE for one in heard)
