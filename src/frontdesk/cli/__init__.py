"""The command line: a file per command, each loaded only when it is called."""

import getpass
import importlib
import logging
import os
import sys
from collections.abc import Sequence

import click
import psycopg

from frontdesk import __version__
from frontdesk.cli.faults import CommandFault
from frontdesk.compliance.reading import RulesWrong
from frontdesk.domain.audit import Actor, ActorKind, Purpose
from frontdesk.settings import SettingsWrong
from frontdesk.storage.audit import acting
from frontdesk.storage.faults import BackupFault, DatabaseFault
from frontdesk.vault.faults import CannotOpen, MasterKeyFault, RecoveryFault

COMMANDS = {
    "demo": "A sample practice on this machine: database, web, worker and mail; prints the addresses.",
    "text": "Be a patient at the terminal.",
    "call": "Call the practice from the terminal: sound files or words, in real time.",
    "voice": "The phone: fetch what hears and speaks, have a number take calls, check it.",
    "bench": "Measure the receptionist: the clinic benchmark, and calls.",
    "simulate": "A practice over months: invented patients, the real desk, a virtual clock.",
    "understand": "What words mean: JSON lines in, acts out, by rules alone.",
    "slots": "The free times of a service, and why each can be kept or none fits.",
    "why": "Each step of a conversation: heard, decided, done, said, and the facts behind it.",
    "replay": "Stored conversations with the code at hand: what would be otherwise.",
    "desk": "What waits for a person: list, show with its story, take, write, give back, close.",
    "outbox": "What is due and how late, and what will not go out by itself: queue, list, retry, drop.",
    "pause": "Have the assistant be silent at once, at a practice or on a channel.",
    "resume": "Have it answer again.",
    "chat": "The web chat: its line for the clinic's site, and links that open it with a service to book.",
    "outcomes": "What came of the desk's work, in figures with what each is a share of.",
    "practice": "Apply or export a practice as readable files.",
    "audit": "Prove the audit, anchor it, and tell what was done with a patient's data.",
    "systems": "The EHR and practice systems a calendar may live in: list, connect, check, map, certify, simulate.",
    "sms": "A practice's account with a carrier for texts: connect, check, disconnect.",
    "agreements": "Who may be given patients' data, by which agreement.",
    "export": "Write everything kept of a patient to a file, as a FHIR bundle.",
    "forget": "Forget a patient, with a certificate of what was destroyed and what the law keeps.",
    "people": "Accounts of the practice's people: add the first owner, list, reset, disable.",
    "keys": "What seals the data: master key, practices' keys, recovery key; rotate and check them.",
    "compliance": "The rules on contact: what they say of a message, and all that there are.",
    "check": "Tell what is not safe yet in this installation, and how to mend it.",
    "backup": "Write everything to a folder, sealed for the recovery key, and read it back.",
    "restore": "Bring a backup back into an empty desk, or try it out: --drill.",
    "migrate": "Bring the database to the tables this version needs.",
    "serve": "Run the web pages and webhooks.",
    "work": "Run the background worker.",
}


class _Lazy(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"frontdesk.cli.{name}").command
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy)
@click.version_option(__version__, prog_name="frontdesk")
def frontdesk() -> None:
    """Frontdesk: an open-source AI receptionist for medspas and clinics."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; a fault that a person can mend is told in clear lines, without a traceback."""
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # its faults are told below, in our words
    try:
        with acting(_operator()):
            frontdesk.main(args=arguments, prog_name="frontdesk", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.ctx.get_help())
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except click.ClickException as fault:
        _stop(fault.format_message(), code=2)
    except (
        CommandFault,
        SettingsWrong,
        RulesWrong,
        DatabaseFault,
        BackupFault,
        MasterKeyFault,
        RecoveryFault,
        CannotOpen,
    ) as fault:
        _stop(str(fault), code=2)
    except psycopg.OperationalError:
        _stop(
            "The database went away. Nothing that was confirmed is lost: start it, and run the command again.", code=1
        )
    except BrokenPipeError:
        os._exit(0)  # whoever read our output has left


def _operator() -> Actor:
    """Whoever has this machine's command line, by their name on it."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = str(os.getuid())
    return Actor(kind=ActorKind.OPERATOR, id=name, purpose=Purpose.OPERATIONS, via="command line")


def _stop(says: str, *, code: int) -> None:
    for line in says.splitlines():
        click.echo(f"frontdesk: {line}", err=True)
    sys.exit(code)
