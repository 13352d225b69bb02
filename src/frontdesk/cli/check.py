"""`frontdesk check`: what is not safe yet in this installation, and how to mend it."""

import asyncio
import os
import stat
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from cryptography import x509

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.keys import UNTESTED
from frontdesk.compliance.agreements import Leaving, Processing
from frontdesk.compliance.installation import BackupFacts, Facts, Finding, Level, PracticeFacts, findings
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.language.explaining import Explaining
from frontdesk.language.handing_over import handed_over
from frontdesk.reception.watching import REASONS
from frontdesk.settings import LOOPBACK, Settings, read_settings
from frontdesk.storage.agreements import agreements, recipients
from frontdesk.storage.backup.backups import backup_state
from frontdesk.storage.clock import real_now
from frontdesk.storage.dead_letters import dead_letters
from frontdesk.storage.installation import Kind
from frontdesk.storage.pauses import pauses
from frontdesk.storage.people import Access, accounts
from frontdesk.storage.reached import pinned_to, transit_to
from frontdesk.storage.recovery_key import recovery_state
from frontdesk.storage.watched import stuck
from frontdesk.wiring import Frontdesk, Ready, master_key_place, open_frontdesk, ready

OTHERS = stat.S_IRWXO | stat.S_IRGRP | stat.S_IWGRP
"""What others may not do. A group's right to pass through belongs to the built-in database's own account."""


@click.command()
def command() -> None:
    """Tell what is not safe yet, a line each with how to mend it; ends with 1 where real patients would be at risk."""
    settings = read_settings(os.environ)
    with ready(settings) as database:
        facts, paused = asyncio.run(_facts(settings, database))
    found = findings(facts)
    for finding in found:
        click.echo(_line(finding))
    for line in paused:
        click.echo(line)
    unsafe = [finding for finding in found if finding.level is Level.UNSAFE]
    if facts.demo:
        click.echo("This is a demo: what is listed here is for invented patients only.")
    elif not unsafe:
        click.echo("Nothing unsafe was found.")
    if unsafe and not facts.demo:
        sys.exit(1)


async def _facts(settings: Settings, database: Ready) -> tuple[Facts, list[str]]:
    """What is to be judged, and lines on what is stuck and where the assistant is paused."""
    async with open_frontdesk(settings, database) as desk:
        async with desk.storage.directory() as directory:
            ids = [id for id, _, _ in await directory.practices()]
        known = [await desk.practice(id) for id in ids]
        practices = [await _practice(desk, one) for one in known]
        paused = [line for one in known for line in (*await _stuck(desk, one), *await _paused(desk, one))]
    master = master_key_place(settings).file
    facts = Facts(
        demo=database.entered.kind is Kind.DEMO,
        now=real_now(),
        clock_pinned_to=pinned_to(database.entered),
        public_url=settings.public_url,
        certificate_ends=_certificate_ends(settings),
        tls_12_for=settings.tls_12_for,
        database=transit_to(database.url),
        open_paths=[str(path) for path in _open_to_others(settings, master)],
        sends_mail=settings.smtp_url is not None,
        master_key_file=str(master) if master.exists() else None,
        key_service_untried=UNTESTED.get(master_key_place(settings).kind),
        backups=_backups(settings, database),
        practices=practices,
    )
    return facts, paused


async def _paused(desk: Frontdesk, practice: Practice) -> list[str]:
    async with desk.storage.practice(practice.id) as db:
        found = await pauses(db, now=desk.clock.now())
    words, lines = Explaining(practice), []
    for one in found:
        where = one.channel.value if one.channel else "every channel"
        wait = f", or wait until {words.moment(one.until)}" if one.until else ""
        lines += [
            f"{'paused':9}  the assistant of {practice.key} is silent on {where} since {words.moment(one.since)}",
            f"           -> frontdesk resume {practice.key}{wait}",
        ]
    return lines


async def _stuck(desk: Frontdesk, practice: Practice) -> list[str]:
    async with desk.storage.practice(practice.id) as db:
        found = await stuck(db, now=desk.clock.now())
        dead = await dead_letters(db)
    words, lines = Explaining(practice), []
    for part, since in sorted(found.items(), key=lambda one: one[1]):
        told = handed_over(REASONS[part], None, practice, language="en", now=desk.clock.now())
        lines += [
            f"{'stuck':9}  {practice.key}, since {words.moment(since)}: {told.summary}",
            f"           -> {told.next_step.removeprefix('Next: ')}",
        ]
    if dead:
        lines += [
            f"{'unsent':9}  {len(dead)} of the messages of {practice.key} will not go by themselves",
            f"           -> frontdesk outbox list --practice {practice.key}",
        ]
    return lines


async def _practice(desk: Frontdesk, practice: Practice) -> PracticeFacts:
    async with desk.storage.practice(practice.id) as db:
        recorded, reached, people = await agreements(db), await recipients(db), await accounts(db)
    return PracticeFacts(
        key=practice.key,
        agreements=recorded,
        used=[] if desk.kind is Kind.DEMO else _used(desk.settings),
        spoken=[(one.name, one.tls) for one in reached],
        state=practice.policies.retention.state,
        without_second_factor=sum(
            1 for one in people if one.access is not Access.DISABLED and one.password_hash and not one.enrolled
        ),
        today=wall(desk.clock.now(), practice.locations[0].zone).date(),
    )


def _backups(settings: Settings, database: Ready) -> BackupFacts:
    owner = database.entered.connection
    recovery, state = recovery_state(owner), backup_state(owner)
    folder = settings.backups
    return BackupFacts(
        recovery_confirmed=recovery is not None and recovery.confirmed is not None,
        folder=str(folder) if folder else None,
        beside_data=folder is not None and folder.exists() and folder.stat().st_dev == settings.home.stat().st_dev,
        made=state.made,
        drilled=state.drilled,
    )


def _used(settings: Settings) -> list[Leaving]:
    """Whom the settings name: the mail servers, and a language model that is not on this machine."""
    used: list[Leaving] = []
    hosts = (urlsplit(url or "").hostname for url in (settings.smtp_url, settings.imap_url))
    used += [Leaving(kind=Processing.EMAIL, to=host) for host in dict.fromkeys(hosts) if host]
    model = urlsplit(settings.model_url or "").hostname or (settings.model or "").partition(":")[0]
    if model and model not in LOOPBACK:
        used.append(Leaving(kind=Processing.LANGUAGE_MODEL, to=model))
    return used


def _open_to_others(settings: Settings, master: Path) -> Iterable[Path]:
    """What others on the machine may read: the data folder, the keys."""
    for path in (settings.home, master, settings.home / "postgres.password", settings.tls_key):
        if path is not None and path.exists() and path.stat().st_mode & OTHERS:
            yield path


def _certificate_ends(settings: Settings) -> datetime | None:
    if settings.tls_certificate is None:
        return None
    try:
        chain = x509.load_pem_x509_certificates(settings.tls_certificate.read_bytes())
    except (OSError, ValueError):
        raise CommandFault(f"{settings.tls_certificate} holds no certificate. Give the chain as PEM.") from None
    return min(one.not_valid_after_utc for one in chain).astimezone(UTC)


def _line(finding: Finding) -> str:
    return f"{finding.level.value:9}  {finding.what}\n           -> {finding.fix}"
