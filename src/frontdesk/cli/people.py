"""`frontdesk people add|list|reset|disable|provider`: accounts, from the machine itself, the first owner's too."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import urlsplit

import click

from frontdesk.cli.beside import settings_beside
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.compliance.roles import Role
from frontdesk.domain.practice import Practice
from frontdesk.reception.links import sign_link
from frontdesk.storage import people, sessions
from frontdesk.storage.clock import new_id
from frontdesk.storage.database import Db
from frontdesk.storage.openid import Provider, remove_provider, set_provider
from frontdesk.storage.people import Access, Account
from frontdesk.web.pages.staff.sign_in import INVITATION
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

GOOD_FOR = timedelta(days=7)
ROLES = [role.value for role in Role]
of_practice = click.option("--practice", "key", required=True, help="The practice's short name.")
of_email = click.option("--email", required=True, help="The address that they sign in with.")


@click.group()
def command() -> None:
    """Accounts of the practice's people."""


@command.command()
@of_practice
@of_email
@click.option("--name", required=True, help="As colleagues know them.")
@click.option("--role", type=click.Choice(ROLES), required=True)
def add(key: str, email: str, name: str, role: str) -> None:
    """Make an account, and print the link by which its owner chooses a password."""

    async def run(desk: Frontdesk, practice: Practice) -> None:
        account = Account(id=new_id(), name=name, email=email, role=Role(role), access=Access.INVITED)
        async with desk.storage.practice(practice.id) as db:
            if not await people.add_account(db, account, by="administrator", now=desk.clock.now()):
                raise CommandFault(f"{email} has an account at {practice.name} already; see `frontdesk people list`.")
        click.echo(await _link(desk, practice, account))

    _run(key, run)


@command.command("list")
@of_practice
def list_(key: str) -> None:
    """Show everybody who may sign in."""

    async def run(desk: Frontdesk, practice: Practice) -> None:
        async with desk.storage.practice(practice.id) as db:
            everyone = await people.accounts(db)
        for one in everyone:
            factor = "second factor" if one.enrolled else "no second factor yet"
            click.echo(f"{one.email:32}  {one.role.value:15}  {one.access.value:8}  {factor}  {one.name}")
        if not everyone:
            click.echo(
                f"Nobody yet. Make the first owner: frontdesk people add --practice {practice.key} --role owner ..."
            )

    _run(key, run)


@command.command()
@of_practice
@of_email
def reset(key: str, email: str) -> None:
    """Let somebody choose a new password and second factor: the old ones and every session of theirs are void."""

    async def run(desk: Frontdesk, practice: Practice) -> None:
        async with desk.storage.practice(practice.id) as db:
            account = await _named(db, practice, email)
            await people.begin_anew(db, account.id)
            await sessions.end_every_session(db, account.id, now=desk.clock.now())
        click.echo(await _link(desk, practice, account))

    _run(key, run)


@command.command()
@of_practice
@of_email
def disable(key: str, email: str) -> None:
    """Shut an account, at once."""

    async def run(desk: Frontdesk, practice: Practice) -> None:
        async with desk.storage.practice(practice.id) as db:
            account = await _named(db, practice, email)
            await people.set_access(db, account.id, Access.DISABLED)
            ended = await sessions.end_every_session(db, account.id, now=desk.clock.now())
        click.echo(f"{email} may not sign in any more; {ended} sessions were ended.")

    _run(key, run)


@command.command()
@of_practice
@click.option("--issuer", help="The provider's address, as it calls itself, like https://id.example.com.")
@click.option("--client-id", help="What the provider calls this desk.")
@click.option("--remove", is_flag=True, help="Have nobody come in through a provider any more.")
def provider(key: str, issuer: str | None, client_id: str | None, *, remove: bool) -> None:
    """Let people sign in through the practice's own OpenID provider; the client's secret is asked for."""
    if not remove and not (issuer and client_id and _is_safe(issuer)):
        raise CommandFault("--issuer (beginning with https://) and --client-id are needed, or --remove.")
    secret = "" if remove else click.prompt("The client's secret", hide_input=True)

    async def run(desk: Frontdesk, practice: Practice) -> None:
        async with desk.storage.practice(practice.id) as db:
            if remove:
                there = await remove_provider(db)
                click.echo("Nobody comes in through a provider any more." if there else "There was no provider.")
                return
            known = Provider(issuer=issuer or "", client_id=client_id or "", secret=secret)
            await set_provider(db, known, by="administrator", now=desk.clock.now())
        back = f"{desk.settings.public_url}/desk/{practice.key}/openid/back"
        click.echo(f"People of {practice.name} may sign in through {issuer}. Enter there as the way back: {back}")

    _run(key, run)


def _is_safe(issuer: str) -> bool:
    """By https, or on this machine: for whoever tries it out."""
    parts = urlsplit(issuer)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "localhost")


async def _named(db: Db, practice: Practice, email: str) -> Account:
    account = await people.account_of(db, email)
    if account is None:
        raise CommandFault(f"{email} has no account at {practice.name}; see `frontdesk people list`.")
    return account


async def _link(desk: Frontdesk, practice: Practice, account: Account) -> str:
    async with desk.storage.practice(practice.id) as db:
        until = desk.clock.now() + GOOD_FOR
        token = sign_link(db.keyring, practice.id, account.id, purpose=INVITATION, expires=until)
    return f"{desk.settings.public_url}/desk/{practice.key}/join/{token}"


def _run(key: str, run: Callable[[Frontdesk, Practice], Awaitable[None]]) -> None:
    settings = settings_beside(os.environ)
    with ready(settings) as database:

        async def opened() -> None:
            async with open_frontdesk(settings, database) as desk:
                await run(desk, await known_practice(desk, key))

        asyncio.run(opened())
