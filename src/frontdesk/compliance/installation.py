"""What is not safe yet in an installation: every finding with how to mend it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from frontdesk.compliance.agreements import Agreement, Leaving, NotCovered, covering

CERTIFICATE_LASTS = timedelta(days=21)
"""A certificate with less left is told of in time."""
BACKUP_LASTS = timedelta(hours=26)
"""A daily backup that is older was missed."""
DRILL_LASTS = timedelta(days=92)
OLD_TLS = {"TLSv1.2"}


class Level(Enum):
    """How much a finding matters; the value is how it is shown."""

    UNSAFE = "UNSAFE"
    DEMO = "DEMO ONLY"
    NOTE = "note"


class Transit(Enum):
    """How the database is reached."""

    HERE = "on this machine"
    VERIFIED = "by TLS, its certificate checked"
    UNVERIFIED = "by TLS, its certificate not checked"
    PLAIN = "without TLS for sure"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing, and how to mend it."""

    level: Level
    what: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeFacts:
    """What a practice has recorded, and whom it reaches with which TLS. `today` is on its own wall clock."""

    key: str
    agreements: Sequence[Agreement]
    used: Sequence[Leaving]
    spoken: Sequence[tuple[str, str]]
    state: str
    today: date
    without_second_factor: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupFacts:
    """How the data would come back. `recovery_confirmed` False: nobody has shown that they hold the recovery key.

    `made` and `drilled` are when a backup was made, and tried, last. `beside_data`: they lie on the same disk.
    """

    recovery_confirmed: bool
    folder: str | None
    beside_data: bool
    made: datetime | None
    drilled: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """An installation as it stands. Times are the machine's own, in UTC.

    `certificate_ends` None: there is no certificate. `open_paths` are files and folders that others on the machine
    may read. `tls_12_for` is the carrier that may speak TLS 1.2. `key_service_untried` names a key service that the
    master key is kept by and that Frontdesk was never tried against.
    """

    demo: bool
    now: datetime
    clock_pinned_to: str | None
    public_url: str
    certificate_ends: datetime | None
    tls_12_for: str | None
    database: Transit
    open_paths: Sequence[str]
    sends_mail: bool
    master_key_file: str | None
    key_service_untried: str | None
    backups: BackupFacts
    practices: Sequence[PracticeFacts]


def findings(facts: Facts) -> list[Finding]:
    """Everything that is not as it should be for real patients; in a demo, what must stay one."""
    found = [*_clock(facts), *_transit(facts), *_storage(facts), *_keys(facts), *_backups(facts), *_mail(facts)]
    if facts.demo:
        found += _demo()
    if not facts.practices:
        found.append(_note("No practice has been applied.", "frontdesk practice apply FOLDER"))
    for practice in facts.practices:
        found += _agreements(practice)
    return sorted(found, key=lambda one: list(Level).index(one.level))


def _clock(facts: Facts) -> Iterator[Finding]:
    if facts.clock_pinned_to is not None:
        level = Level.DEMO if facts.demo else Level.UNSAFE
        what = f"The clock was pinned at {facts.clock_pinned_to}: visits, links and agreements follow a wrong time."
        yield Finding(level=level, what=what, fix="Use a data folder whose clock was never pinned with --at.")


def _transit(facts: Facts) -> Iterator[Finding]:
    if facts.demo:
        return
    if not facts.public_url.startswith("https://"):
        yield _unsafe(
            f"Patients' links begin with {facts.public_url.split(':')[0]}://, which others can read on the way.",
            "Set FRONTDESK_PUBLIC_URL to the https:// address.",
        )
    if facts.certificate_ends is None:
        yield _note(
            "There is no TLS certificate: the pages are served to this machine only, for a proxy in front.",
            "Set FRONTDESK_TLS_CERTIFICATE and FRONTDESK_TLS_KEY, or see that the proxy speaks TLS 1.3.",
        )
    elif facts.certificate_ends - facts.now < CERTIFICATE_LASTS:
        ends = facts.certificate_ends
        yield _unsafe(f"The TLS certificate ends on {ends:%Y-%m-%d}.", "Renew it, then restart serve.")
    if facts.tls_12_for is not None:
        yield _unsafe(
            f"The webhooks' own port accepts TLS 1.2, for the carrier {facts.tls_12_for}.",
            "Ask the carrier for TLS 1.3, then unset FRONTDESK_WEBHOOK_TLS_12_FOR.",
        )


def _storage(facts: Facts) -> Iterator[Finding]:
    if facts.database in {Transit.PLAIN, Transit.UNVERIFIED}:
        yield _unsafe(
            f"The database on another machine is reached {facts.database.value}.",
            "Add sslmode=verify-full to FRONTDESK_DATABASE_URL (and sslrootcert=FILE for an authority of your own).",
        )
    for path in facts.open_paths:
        yield _unsafe(f"Others on this machine may read {path}.", f"chmod -R go-rwx {path}")


def _keys(facts: Facts) -> Iterator[Finding]:
    if facts.master_key_file is not None and not facts.demo:
        yield _note(
            f"The master key lies beside the data, in {facts.master_key_file}.",
            "Keep a copy apart from every backup; whoever has both has everything.",
        )
    if facts.key_service_untried is not None:
        yield _note(
            f"The master key is kept by {facts.key_service_untried}.",
            "Try a restart, and a restore with --drill, before you rely on it.",
        )
    if not facts.backups.recovery_confirmed and not facts.demo:
        yield _unsafe(
            "The data hangs on the master key alone: no recovery key is confirmed.",
            "frontdesk keys export-recovery FILE, print it, then frontdesk keys confirm-recovery",
        )


def _backups(facts: Facts) -> Iterator[Finding]:
    backups = facts.backups
    if facts.demo or not backups.recovery_confirmed:
        return
    if backups.made is None:
        yield _unsafe("There is no backup.", "Set FRONTDESK_BACKUPS to a folder on another disk; `work` does the rest.")
    elif facts.now - backups.made > BACKUP_LASTS:
        yield _unsafe(f"The last backup is from {backups.made:%Y-%m-%d %H:%M} UTC.", "frontdesk backup tells why.")
    if backups.folder is None:
        yield _note("FRONTDESK_BACKUPS is not set: no backup is made by itself.", "Set it to a folder on another disk.")
    elif backups.beside_data:
        yield _note(
            f"The backups in {backups.folder} lie on the same disk as the data.",
            "Mount another one there, and copy them to another place.",
        )
    if backups.made is not None and (backups.drilled is None or facts.now - backups.drilled > DRILL_LASTS):
        yield _note("No restore was tried in the last three months.", "frontdesk restore --drill")


def _mail(facts: Facts) -> Iterator[Finding]:
    if not facts.sends_mail and not facts.demo:
        yield _note("No mail server is set: no confirmation leaves.", "Set FRONTDESK_SMTP_URL.")


def _demo() -> Iterator[Finding]:
    for what in (
        "The pages are on http://localhost, without a certificate: browsers refuse passkeys on one they do not know.",
        "Everybody at this machine sees the calendar, the phone and the mailbox: they ask for no sign-in.",
        "Texts go to the phone page and mails to the mailbox; nothing leaves the machine, no agreement is asked for.",
        "The patients are invented.",
    ):
        yield Finding(level=Level.DEMO, what=what, fix="Real patients need a folder of their own: frontdesk serve.")


def _agreements(practice: PracticeFacts) -> Iterator[Finding]:
    for leaving in practice.used:
        answer = covering(practice.agreements, leaving, today=practice.today)
        if isinstance(answer, NotCovered):
            yield _unsafe(
                f"{practice.key}: {leaving.to} ({leaving.kind.value}) is set to be used, and {answer.because}; "
                "nothing is sent to it.",
                f"frontdesk agreements record --practice {practice.key} --kind {leaving.kind.value} "
                f"--covers {leaving.to} --with NAME --document WHERE --from DAY",
            )
    for name, tls in practice.spoken:
        if tls in OLD_TLS:
            yield _note(f"{practice.key}: {name} speaks {tls}.", "Ask them for TLS 1.3.")
    if practice.without_second_factor:
        yield _note(
            f"{practice.key}: {practice.without_second_factor} invited people have no second factor yet; they see "
            "nothing until they do.",
            "Have them sign in and add a passkey or an authenticator, or: frontdesk people disable",
        )
    if not practice.state:
        yield _note(
            f"{practice.key}: no state is named, so records are kept ten years.",
            "Write retention: {state: TX}, with your own, into policies.yaml.",
        )


def _unsafe(what: str, fix: str) -> Finding:
    return Finding(level=Level.UNSAFE, what=what, fix=fix)


def _note(what: str, fix: str) -> Finding:
    return Finding(level=Level.NOTE, what=what, fix=fix)
