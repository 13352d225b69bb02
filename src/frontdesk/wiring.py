"""The only place that builds things: Settings in, Frontdesk out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from frontdesk.channels.email.imap import Imap
from frontdesk.channels.email.smtp import Smtp
from frontdesk.channels.gated import GatedPostOffice
from frontdesk.channels.sms.local import LocalCarrier
from frontdesk.channels.sms.missing import NoCarrier
from frontdesk.channels.voice.places import voice_in
from frontdesk.compliance.agreements import Leaving, Processing
from frontdesk.compliance.book import Book
from frontdesk.compliance.places import read_atlas
from frontdesk.compliance.reading import read_rules
from frontdesk.connecting.opening import Connecting
from frontdesk.connecting.texting import Accounts, Texting
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.language.context import Context
from frontdesk.language.model.asking import open_model
from frontdesk.language.model.engine import Engine, Understood
from frontdesk.language.understanding import understand
from frontdesk.ports.channel import Carrier, PostOffice, Text
from frontdesk.ports.clock import Clock
from frontdesk.ports.faults import Refused
from frontdesk.ports.gate import Gate
from frontdesk.ports.mailbox import Mailbox
from frontdesk.ports.system import System
from frontdesk.reception.after_calls import AfterCalls
from frontdesk.reception.after_visits import AfterVisits
from frontdesk.reception.calling import Calls
from frontdesk.reception.desk import Reception, Understand
from frontdesk.reception.filling import Filling
from frontdesk.reception.following import Following
from frontdesk.reception.joined import Joined
from frontdesk.reception.missed import Missed
from frontdesk.reception.placing import Placing
from frontdesk.reception.putting_through import PuttingThrough
from frontdesk.reception.recovery import Recovery
from frontdesk.reception.reminding import Reminding
from frontdesk.reception.talking import Talks
from frontdesk.reception.writing_back import WritingBack
from frontdesk.settings import LOOPBACK, Settings
from frontdesk.storage import local_post
from frontdesk.storage.agreements import AgreementGate
from frontdesk.storage.audit_anchors import forget_anchors
from frontdesk.storage.backup.backups import Backups
from frontdesk.storage.backup.making import BackupPlace
from frontdesk.storage.calendar import Calendar
from frontdesk.storage.clock import new_id
from frontdesk.storage.database import Storage
from frontdesk.storage.embedded import EmbeddedPostgres
from frontdesk.storage.faults import DatabaseFault
from frontdesk.storage.installation import Entered, Kind, enter, is_restoring
from frontdesk.storage.migrate import migrate
from frontdesk.storage.practices import Practices
from frontdesk.storage.recovery_key import has_practices
from frontdesk.vault.faults import CannotOpen, MasterKeyFault
from frontdesk.vault.master import Wraps
from frontdesk.vault.masters import MasterKeyPlace, find_master, first_master


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """A database that can be used: the owner's address, and the installation's clock."""

    url: str = field(repr=False)
    entered: Entered


@dataclass(frozen=True, kw_only=True, slots=True)
class Frontdesk:
    """Everything an edge needs. Whatever reaches a processor outside is had by practice, behind its gate.

    `calls_in` is the language in which a practice can call somebody; None: it cannot.
    """

    settings: Settings
    kind: Kind
    clock: Clock
    storage: Storage
    practices: Practices
    reception: Reception
    missed: Missed
    calls: Calls
    talks: Talks
    putting_through: PuttingThrough
    placing: Placing
    calls_in: Callable[[PracticeId], str | None]
    recovery: Recovery
    filling: Filling
    reminding: Reminding
    after_visits: AfterVisits
    following: Following
    writing_back: WritingBack
    carrier_of: Callable[[PracticeId], Carrier]
    texting_of: Callable[[PracticeId], Texting | None]
    accounts: Accounts
    post_office_of: Callable[[PracticeId], PostOffice]
    mailbox: Mailbox | None
    system_of: Callable[[PracticeId], System]
    joined_of: Callable[[PracticeId], Joined | None]
    connecting: Connecting
    backups: Backups | None
    book: Book = field(repr=False)

    async def practice_keyed(self, key: str) -> Practice | None:
        """The practice of that short name; None when there is none."""
        async with self.storage.directory() as directory:
            id = await directory.practice_of_key(key)
        return await self.practice(id) if id is not None else None

    async def practice(self, id: PracticeId) -> Practice:
        """The practice of that id, as it stands. Raises: LookupError."""
        async with self.storage.practice(id) as db:
            return await self.practices.read(db)


@contextmanager
def ready(settings: Settings, *, anew: bool = False) -> Iterator[Ready]:
    """The database started where it is the built-in one, brought up to date, and its clock joined.

    `anew` throws away what a demo left.

    Raises: DatabaseFault.
    """
    with bare_database(settings) as url:
        if is_restoring(url):
            raise DatabaseFault("A restore was broken off here. Begin it again: frontdesk restore FOLDER")
        migrate(url)
        if anew:
            _emptied(url)
            forget_anchors(settings.home)
        entered = enter(url)
        try:
            yield Ready(url=url, entered=entered)
        finally:
            entered.leave()


def _emptied(url: str) -> None:
    entered = enter(url)
    try:
        entered.empty()
    finally:
        entered.leave()
    migrate(url)


@contextmanager
def bare_database(settings: Settings) -> Iterator[str]:
    """The owner's address of the database, started where it is the built-in one; nothing is made in it.

    Raises: DatabaseFault.
    """
    joined = None if settings.database_url else EmbeddedPostgres.join(settings.home)
    try:
        yield joined.url if joined else settings.database_url or ""
    finally:
        if joined is not None:
            joined.leave()


@asynccontextmanager
async def open_frontdesk(settings: Settings, database: Ready) -> AsyncIterator[Frontdesk]:
    """The desk, built and connected. Raises: DatabaseFault, MasterKeyFault."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    clock = database.entered.clock
    master = await asyncio.to_thread(_master, settings, database)
    storage = Storage(database.url, master=master, clock=clock)
    await storage.open()
    await _check_keys(storage)
    practices = Practices()
    book = await asyncio.to_thread(book_of_rules, settings.contact_rules)

    def gate(practice: PracticeId, leaving: Leaving) -> Gate:
        return AgreementGate(storage, practices, clock, practice, leaving)

    otherwise = _carrier(database.entered.kind, storage, clock)

    opened = AsyncExitStack()
    opened.push_async_callback(storage.close)
    async with opened:
        connecting = Connecting(storage, practices, clock, gate, demo=database.entered.kind is Kind.DEMO)
        connected = await connecting.calendars(opened)
        accounts = Accounts(
            storage, clock, gate, public_url=settings.public_url, demo=database.entered.kind is Kind.DEMO
        )
        texting = await accounts.all(opened)

        def carrier_of(practice: PracticeId) -> Carrier:
            joined = texting.get(practice)
            return joined.account if joined else otherwise

        def system_of(practice: PracticeId) -> System:
            joined = connected.get(practice)
            return joined.calendar if joined else Calendar(storage, practices, practice, clock)

        reception = Reception(
            storage,
            practices,
            clock,
            new_id,
            system_of,
            understand=await opened.enter_async_context(_understanding(settings, gate)),
            public_url=settings.public_url,
            born_needed=connecting.needs_birth_date,
            disclosed=book.disclosed,
            meant=book.meant,
        )

        def calls_in(practice: PracticeId) -> str | None:
            joined = texting.get(practice)
            telephone = joined.account.telephone if joined else None
            return voice_in(settings) if telephone is not None and telephone.placing is not None else None

        after = AfterCalls(book, new_id)
        putting_through = PuttingThrough(storage, practices, clock, closing=after.text)
        yield Frontdesk(
            settings=settings,
            kind=database.entered.kind,
            clock=clock,
            storage=storage,
            practices=practices,
            reception=reception,
            missed=Missed(storage, practices, reception, clock),
            calls=Calls(storage, practices, clock, new_id, reception, putting_through, disclosed=book.disclosed),
            talks=Talks(storage, practices, clock, new_id, reception, disclosed=book.disclosed),
            putting_through=putting_through,
            placing=Placing(storage, practices, clock),
            calls_in=calls_in,
            filling=Filling(storage, practices, clock, system_of, public_url=settings.public_url, book=book),
            reminding=Reminding(
                storage,
                practices,
                clock,
                system_of,
                book=book,
                new_id=new_id,
                public_url=settings.public_url,
                calls_in=calls_in,
            ),
            after_visits=AfterVisits(storage, practices, clock, system_of, book=book, new_id=new_id),
            recovery=Recovery(
                storage, practices, clock, system_of, public_url=settings.public_url, disclosed=book.disclosed
            ),
            following=Following(storage, clock, connected.get, system_of),
            writing_back=WritingBack(storage, practices, clock, connected.get),
            carrier_of=carrier_of,
            texting_of=texting.get,
            accounts=accounts,
            post_office_of=_post_offices(settings, database.entered.kind, clock, gate),
            mailbox=Imap.at(settings.imap_url) if settings.imap_url else None,
            system_of=system_of,
            joined_of=connected.get,
            connecting=connecting,
            backups=backups_to(settings, database, storage),
            book=book,
        )


@cache
def book_of_rules(own: Path | None = None) -> Book:
    """The rules that come with Frontdesk, with those in the folder `own`; a rule there takes the place of ours.

    Raises: RulesWrong, with every fault in every file.
    """
    package = resources.files("frontdesk.compliance")
    files = sorted((package / "rules").iterdir(), key=lambda file: file.name)
    rules = read_rules({file.name: file.read_text("utf-8") for file in files})
    if own is not None:
        theirs = {str(file): file.read_text("utf-8") for file in sorted(own.glob("*.yaml"))}
        rules = rules.with_changes(read_rules(theirs).all)
    return Book(rules=rules, atlas=read_atlas((package / "places.yaml").read_text("utf-8")))


def backups_to(settings: Settings, database: Ready, storage: Storage, folder: Path | None = None) -> Backups | None:
    """The desk's backups: in that folder, else where the settings say; None where they say nothing."""
    folder = folder or settings.backups
    if folder is None:
        return None
    place = BackupPlace(folder=folder, spool=settings.home, kept=settings.backups_kept)
    return Backups(database.url, storage, place, database.entered.clock)


def master_key_place(settings: Settings) -> MasterKeyPlace:
    """Where the settings say that the master key is."""
    return MasterKeyPlace(setting=settings.master_key, home=settings.home, token_file=settings.master_key_token_file)


def _master(settings: Settings, database: Ready) -> Wraps:
    """The master key; a new one only where there is nothing yet that an old one has wrapped."""
    known = has_practices(database.entered.connection)
    return (find_master if known else first_master)(master_key_place(settings))


async def _check_keys(storage: Storage) -> None:
    """Raises: MasterKeyFault when the master key is not the one that the practices' keys were wrapped by."""
    async with storage.directory() as directory:
        practices = [id for id, _, _ in await directory.practices()]
    for practice in practices[:1]:
        try:
            await storage.keyring(practice)
        except CannotOpen as fault:
            await storage.close()
            raise MasterKeyFault(f"{fault} Or use the recovery key: `frontdesk keys restore`.") from None


@asynccontextmanager
async def _understanding(settings: Settings, gate: Callable[[PracticeId, Leaving], Gate]) -> AsyncIterator[Understand]:
    """How each practice's messages are understood; a model that is not on this machine stands behind the gate."""
    async with AsyncExitStack() as opened:
        engine, to = Engine(understand), None
        if settings.model is not None:
            model = open_model(settings.model, url=settings.model_url, key=settings.model_key)
            engine = Engine(understand, await opened.enter_async_context(model))
            host = urlsplit(settings.model_url or "").hostname or settings.model.partition(":")[0]
            to = None if host in LOOPBACK else Leaving(kind=Processing.LANGUAGE_MODEL, to=host)

        async def understood(text: str, context: Context) -> Understood:
            through = gate(context.practice.id, to) if to is not None else None
            return await engine.understand(text, context, gate=through)

        yield understood


def _post_offices(
    settings: Settings, kind: Kind, clock: Clock, gate: Callable[[PracticeId, Leaving], Gate]
) -> Callable[[PracticeId], PostOffice]:
    """Each practice's way to the mail server, behind its gate; the demo's own office lets nothing leave the machine."""
    office = Smtp.at(settings.smtp_url, clock)
    host = urlsplit(settings.smtp_url or "").hostname
    if host is None or (kind is not Kind.PRODUCTION and host in LOOPBACK):
        return lambda _: office
    return lambda practice: GatedPostOffice(office, gate(practice, Leaving(kind=Processing.EMAIL, to=host)))


def _carrier(kind: Kind, storage: Storage, clock: Clock) -> Carrier:
    """For a practice without an account: the demo's own carrier, unless it is a real one. The two never meet."""
    if kind is Kind.PRODUCTION:
        return NoCarrier()

    async def keep(text: Text) -> None:
        practice = await storage.practice_at("sms", text.sender)
        if practice is None:
            raise Refused("the number that this text is sent from belongs to no practice")
        async with storage.practice(practice) as db:
            await local_post.keep_text(
                db,
                id=new_id(),
                key=text.key,
                phone=text.to,
                body=text.body,
                from_patient=False,
                now=clock.now(),
            )

    return LocalCarrier(keep)
