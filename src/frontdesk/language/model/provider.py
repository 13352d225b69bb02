"""Asks a language model through pydantic-ai. Loaded only where a model is set: the library is heavy, and an extra."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from time import perf_counter

from pydantic_ai import Agent, PromptedOutput
from pydantic_ai.exceptions import (
    AgentRunError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    UnexpectedModelBehavior,
    UserError,
)
from pydantic_ai.models import Model, infer_model
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from frontdesk.domain.faults import Impossible
from frontdesk.language.context import Context
from frontdesk.language.model.answer import Answer
from frontdesk.language.model.asking import Answered, AskModel, facts
from frontdesk.ports.faults import NotPermitted, OutcomeUnknown, Refused, Unreachable

LONGEST_ANSWER = 1500
"""Tokens. A message has a few acts; a model that goes on is stopped."""


@asynccontextmanager
async def open_model(name: str, *, url: str | None, key: str | None, seconds: float) -> AsyncIterator[AskModel]:
    """The way to ask that model; its connections are closed at the end. Raises: Impossible, for an unknown name."""
    # A schema in the prompt is what every provider and every local server understands; the answer is checked here.
    agent = Agent(
        _model(name, url=url, key=key),
        output_type=PromptedOutput(Answer),
        instructions=_instructions(),
        retries=1,
        model_settings={"temperature": 0.0, "max_tokens": LONGEST_ANSWER, "timeout": seconds},
    )

    async def ask(message: str, context: Context) -> Answered:
        began = perf_counter()
        try:
            run = await agent.run(f"{facts(context)}\n<message>{message}</message>")
        except ModelAuthenticationError as fault:
            raise NotPermitted("The language model's provider does not let us in; look at its key.") from fault
        except ModelConnectionError as fault:
            raise Unreachable("The language model cannot be reached.") from fault
        except ModelHTTPError as fault:
            if fault.status_code >= 500 or fault.status_code == 429:
                raise Unreachable(f"The language model answered {fault.status_code}.") from fault
            raise Refused(f"The language model answered {fault.status_code}.") from fault
        except UnexpectedModelBehavior as fault:
            raise Refused("The language model did not answer in the form asked for.") from fault
        except AgentRunError as fault:
            raise OutcomeUnknown("The language model did not answer.") from fault
        used = run.usage
        return Answered(
            answer=run.output,
            seconds=perf_counter() - began,
            tokens_in=used.input_tokens,
            tokens_out=used.output_tokens,
            dollars=float(used.cost) if used.cost is not None else None,
        )

    async with agent:
        yield ask


def _model(name: str, *, url: str | None, key: str | None) -> Model:
    try:
        if name.startswith("local:"):
            provider = OpenAICompatibleProvider("local", base_url=url or "", api_key=key or "none")
            return OpenAIChatModel(name.removeprefix("local:"), provider=provider)
        return infer_model(name)
    except (UserError, ValueError) as fault:
        raise Impossible(f"The language model {name!r} cannot be used: {fault}") from None


@cache
def _instructions() -> str:
    return Path(__file__).with_name("prompt.md").read_text(encoding="utf-8")
