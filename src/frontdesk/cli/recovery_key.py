"""The recovery key at the command line: read from its sheet or typed; `serve` asks for it to be confirmed."""

import os
from pathlib import Path

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.storage.installation import Kind
from frontdesk.storage.recovery_key import RecoveryState, recovery_state
from frontdesk.vault.recovery import RecoveryKey, is_encrypted, recovery_key_from, sheet_opened
from frontdesk.wiring import Ready


def read_recovery_key(file: Path | None) -> RecoveryKey:
    """The recovery key of that file, or as a person types it. Raises: RecoveryFault."""
    if file is None:
        return recovery_key_from(click.prompt("Recovery key", hide_input=True))
    text = file.read_text()
    if is_encrypted(text):
        text = sheet_opened(text, click.prompt("Passphrase of the sheet", hide_input=True))
    return recovery_key_from(text)


def write_sheet(path: Path, text: str, *, home: Path) -> Path:
    """Where the sheet lies now: a new file that only its user reads. Raises: CommandFault."""
    path, home = path.expanduser().resolve(), home.resolve()
    if path.is_relative_to(home):
        raise CommandFault(f"{path} lies in the data folder, beside what it must outlive. Name a place outside.")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CommandFault(f"{path} is there already. Name a new file.") from None
    except OSError as fault:
        raise CommandFault(f"{path} cannot be written ({fault.strerror}). Name a file in a folder of yours.") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    return path


def recovery_words(state: RecoveryState | None) -> str:
    """How the recovery key stands, with what to do."""
    if state is None:
        return "there is none; make one: frontdesk keys export-recovery FILE"
    if state.confirmed is None:
        return f"made {state.made:%Y-%m-%d}, not confirmed; show that it was kept: frontdesk keys confirm-recovery"
    return f"confirmed {state.confirmed:%Y-%m-%d}, public half {state.recipient}"


def check_recovery_confirmed(database: Ready) -> None:
    """Raises: CommandFault for a real practice whose data would be lost with its master key."""
    state = recovery_state(database.entered.connection)
    if database.entered.kind is Kind.PRODUCTION and (state is None or state.confirmed is None):
        raise CommandFault(
            "Patients' data must not hang on one key. Make a recovery key: `frontdesk keys export-recovery FILE`, "
            "print it, then `frontdesk keys confirm-recovery`."
        )
