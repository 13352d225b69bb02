"""`frontdesk voice setup|check`: a number that takes calls, and what hears and speaks on it."""

import os
from typing import Protocol
from urllib.parse import urlsplit

import click

from frontdesk.channels.voice.addresses import call_webhook_at
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.outside import of_practice, run_for
from frontdesk.cli.speech import with_speech
from frontdesk.dialogue.coverage import answers_when
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.practice import AnswersWhen, Practice
from frontdesk.ports.finding import Finding, Level
from frontdesk.settings import LOOPBACK, read_settings
from frontdesk.storage.practices import Endpoint, claim_endpoint
from frontdesk.wiring import Frontdesk

CALLS_BY = "twilio"
"""The carrier whose address is told where the practice has no account yet."""
_WHERE = {
    "twilio": "Enter it there for the number under Voice > A call comes in > Webhook, HTTP POST.",
    "telnyx": "Enter it there as the webhook of the Voice API application that the number is assigned to, version 2.",
}


class Tried(Protocol):
    """A sentence that was spoken and heard again, and the seconds for each step."""

    said: str
    heard: str
    loaded: float
    spoke: float
    listened: float


@click.group()
def command() -> None:
    """The phone: calls that the assistant answers on this machine."""


@command.command()
@of_practice
@click.option(
    "--whisper", default="base.en", show_default=True, help="Which Whisper is fetched to hear, where none is."
)
@click.option("--piper", default="en_US-joe-medium", show_default=True, help="Which voice is fetched, where none is.")
@click.option("--no-download", "stays", is_flag=True, help="Fetch nothing; say what is missing.")
def setup(key: str, whisper: str, piper: str, stays: bool) -> None:
    """Fetch the speech models once, and have the practice's number take calls."""
    models, getting = with_speech("frontdesk.channels.voice.places"), with_speech("frontdesk.voice.setting_up")
    at = models.places(read_settings(os.environ))
    if not stays:
        try:
            for done in getting.download(at, whisper=whisper, piper=piper):
                click.echo(done)
        except (OSError, ValueError) as fault:
            raise CommandFault(
                f"The models could not be fetched ({type(fault).__name__}). Without a network, copy them: "
                f"Whisper as faster-whisper reads it to {at.whisper}, a Piper voice to {at.piper} with its .json "
                "beside it; or name others by FRONTDESK_WHISPER and FRONTDESK_PIPER."
            ) from None
    if faults := models.missing(at):
        raise CommandFault(" ".join(faults))

    async def run(desk: Frontdesk, practice: Practice) -> bool:
        number = practice.locations[0].phone
        try:
            async with desk.storage.practice(practice.id) as db:
                await claim_endpoint(db, Endpoint(channel="voice", address=number))
        except ValueError as clash:
            raise CommandFault(f"{str(clash).capitalize()}. Give {practice.name} a number of its own.") from None
        texting = desk.texting_of(practice.id)
        key, name = (texting.carrier.key, texting.carrier.name) if texting else (CALLS_BY, "Twilio")
        click.echo(f"{practice.name} takes calls for {number}. {name} hands them in at")
        click.echo(f"  {call_webhook_at(desk.settings.public_url, key, number)}")
        click.echo(_WHERE.get(key, f"{name} carries no calls here yet."))
        return True

    run_for(key, run)


@command.command()
@of_practice
def check(key: str) -> None:
    """Tell what keeps calls from being answered, and how quick the models are here. Nothing is changed."""
    at = with_speech("frontdesk.channels.voice.places").places(read_settings(os.environ))
    tried: Tried | list[str] = with_speech("frontdesk.voice.setting_up").tried(at)

    async def run(desk: Frontdesk, practice: Practice) -> bool:
        found = [*_of_models(tried), *await _of_number(desk, practice)]
        for finding in found:
            click.echo(finding)
        return all(finding.level is not Level.BAD for finding in found)

    run_for(key, run)


def _of_models(tried: Tried | list[str]) -> list[Finding]:
    """What the sentence came to that was spoken and heard again, or what is missing."""
    if isinstance(tried, list):
        do = "`frontdesk voice setup` fetches it."
        return [Finding(level=Level.BAD, what="models", says=fault, do=do) for fault in tried]
    took = f"{tried.loaded:.1f} s to load, {tried.spoke:.2f} s to say a sentence, {tried.listened:.2f} s to hear it"
    if tried.heard.strip(" .") != tried.said.strip(" ."):
        says = f"{tried.said!r} was heard as {tried.heard!r}; {took}."
        return [Finding(level=Level.LOOK, what="models", says=says, do="Try a larger Whisper, or another voice.")]
    return [Finding(level=Level.GOOD, what="models", says=f"What is spoken is heard; {took}.")]


async def _of_number(desk: Frontdesk, practice: Practice) -> list[Finding]:
    number, found = practice.locations[0].phone, []
    async with desk.storage.directory() as directory:
        takes_calls = await directory.practice_at("voice", number) == practice.id
    if takes_calls:
        found.append(Finding(level=Level.GOOD, what="number", says=f"{number} takes calls."))
    else:
        do = f"`frontdesk voice setup --practice {practice.key}` has it take them."
        found.append(Finding(level=Level.BAD, what="number", says=f"{number} takes no calls.", do=do))
    texting = desk.texting_of(practice.id)
    if texting is None:
        do = f"`frontdesk sms connect twilio|telnyx --practice {practice.key}`, then start Frontdesk anew."
        why = "The practice has no account with a carrier that calls come by."
        found.append(Finding(level=Level.BAD, what="carrier", says=why, do=do))
    elif texting.account.telephone is None:
        do = "`frontdesk sms connect` once more, with the ID of the Voice API application."
        why = f"The account with {texting.carrier.name} is for texts alone."
        found.append(Finding(level=Level.BAD, what="carrier", says=why, do=do))
    else:
        found.append(Finding(level=Level.GOOD, what="carrier", says="Calls are signed by the account of the texts."))
    parts = urlsplit(desk.settings.public_url)
    if parts.scheme != "https" or parts.hostname in LOOPBACK:
        why = f"Carriers open streams by wss:// alone, and this desk is at {desk.settings.public_url}."
        do = "Set FRONTDESK_PUBLIC_URL to the address by which the carrier reaches it, https://..."
        found.append(Finding(level=Level.BAD, what="address", says=why, do=do))
    if answers_when(practice, ChannelKind.VOICE, now=desk.clock.now()) is AnswersWhen.NEVER:
        why = "By the practice's coverage the assistant does not answer the phone now: calls are told that it is busy."
        found.append(Finding(level=Level.LOOK, what="coverage", says=why))
    return found
