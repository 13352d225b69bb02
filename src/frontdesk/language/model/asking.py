"""One question to a language model, over whichever provider it has. The library is loaded when a model is used."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from importlib import import_module

from frontdesk.domain.faults import Impossible
from frontdesk.language.catalogue import catalogue
from frontdesk.language.context import Context
from frontdesk.language.model.answer import Answer
from frontdesk.language.moments import Calendar


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What came back, and what it took. `dollars` None: the price of this model is not known."""

    answer: Answer
    seconds: float
    tokens_in: int
    tokens_out: int
    dollars: float | None


AskModel = Callable[[str, Context], Awaitable[Answered]]
"""Asks about a message whose identifiers were hidden. Raises: the faults of ports."""


def open_model(
    name: str, *, url: str | None = None, key: str | None = None, seconds: float = 6.0
) -> AbstractAsyncContextManager[AskModel]:
    """The way to ask a model, by its provider and name, for as long as the block lasts.

    "openai:gpt-5-mini", "anthropic:...", "azure:...", "bedrock:...", "google:..." or "google-vertex:..." take their
    credentials from the provider's own environment variables. "local:NAME" is any server that speaks OpenAI's chat
    interface at `url` (vLLM, llama.cpp, Ollama, LM Studio).

    Raises: Impossible, for a name that no provider has, or where the extra that asks models is not installed.
    """
    try:
        provider = import_module("frontdesk.language.model.provider")
    except ImportError:
        raise Impossible(
            "A language model is set, and what asks it is not installed. Run `pip install 'frontdesk[model]'`, "
            "or unset FRONTDESK_MODEL."
        ) from None
    opened: AbstractAsyncContextManager[AskModel] = provider.open_model(name, url=url, key=key, seconds=seconds)
    return opened


def facts(context: Context) -> str:
    """What a model has to know to read one message: the practice's words and what was asked, no person."""
    practice = context.practice
    calendar = Calendar(told=catalogue("en"), zone=context.zone, now=context.now)
    services = "\n".join(
        f"- {service.id}: {', '.join((service.name, *service.named_in.values(), *service.also_called))}"
        for service in practice.services
    )
    offers = "\n".join(
        f"{number}. {calendar.moment(slot.during.start)} with {practice.practitioner(slot.practitioner).name}"
        for number, slot in enumerate(context.offered, start=1)
    )
    return (
        f"It is {context.today:%A, %B %d, %Y}, {context.clock:%H:%M} at the clinic.\n"
        f"The patient was last asked for: {context.asked.value if context.asked else 'nothing'}.\n"
        f"Services:\n{services}\n"
        f"Practitioners: {', '.join(person.name for person in practice.practitioners)}.\n"
        f"Topics the clinic has answers to: {', '.join(answer.topic for answer in practice.knowledge) or 'none'}.\n"
        f"Offers:\n{offers or 'none'}"
    )
