"""What the commands share that tie a practice to a system for its calendar, or to a carrier for its texts."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import click
import yaml

from frontdesk.cli.beside import settings_beside
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.cli.quiet import quiet
from frontdesk.domain.faults import Impossible
from frontdesk.domain.practice import Practice
from frontdesk.standards.manifests import Setting, completed
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
of_practice = click.option("--practice", "key", required=True, help="The practice's short name.")


def settings_given(
    name: str, settings: Sequence[Setting], file: Path | None, *, kept: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What `name` needs, out of a YAML file, or asked for at the terminal. Raises: CommandFault.

    `kept`: what was given before; an answer that is left empty leaves it so.
    """
    given = {key: _as_text(value) for key, value in document(file).items()} if file else _asked(settings, kept or {})
    try:
        return completed(name, settings, given)
    except Impossible as wrong:
        raise CommandFault(f"{wrong} Look at {file}." if file else str(wrong)) from None


def document(file: Path) -> Mapping[str, object]:
    """The `name: value` lines of a YAML file; {} of an empty one. Raises: CommandFault."""
    try:
        read = yaml.safe_load(file.read_text("utf-8"))
    except yaml.YAMLError as wrong:
        raise CommandFault(f"{file} is not YAML: {wrong}") from None
    if read is None:
        return {}
    if not isinstance(read, dict):
        raise CommandFault(f"{file} should hold `name: value` lines.")
    return {str(key): value for key, value in read.items()}


def write_out(file: Path, text: str) -> None:
    """Write a file that a person asked for. Raises: CommandFault."""
    try:
        file.write_text(text, "utf-8")
    except OSError as wrong:
        raise CommandFault(f"{file} cannot be written: {wrong.strerror}. Name one in a folder of yours.") from None


def run_for(key: str, do: Callable[[Frontdesk, Practice], Awaitable[bool]]) -> None:
    """Do it with the desk open, for the practice of that short name; the command ends with 1 where it did not do."""
    settings = settings_beside(os.environ)
    with quiet(logging.ERROR), ready(settings) as database:  # what is found is printed, each once

        async def run() -> bool:
            async with open_frontdesk(settings, database) as desk:
                return await do(desk, await known_practice(desk, key))

        if not asyncio.run(run()):
            sys.exit(1)


def _asked(settings: Sequence[Setting], kept: Mapping[str, str]) -> dict[str, str]:
    """The answers at the terminal. Raises: CommandFault where there is none to ask at."""
    try:
        return {one.key: _answer(one, kept.get(one.key, "")) for one in settings}
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(err=True)  # the question stands in the line
        raise CommandFault(
            "Not everything was answered, so nothing was changed. Where nobody types, give --settings FILE, "
            f"with lines for {', '.join(one.key for one in settings)}."
        ) from None


def _answer(setting: Setting, kept: str) -> str:
    """What is typed, or read from the file that is named; left empty, what was kept."""
    click.echo(setting.help)
    label = f"{setting.label}: a file with it" if setting.lines else setting.label
    unsaid = setting.secret or setting.lines  # what is kept of these is not shown
    if kept and unsaid:
        label += " (empty: as it is)"
    default = "" if (kept and unsaid) or setting.optional else setting.default
    if kept and not unsaid:
        default = kept
    typed = click.prompt(
        label,
        default=default,
        show_default=bool(default),
        hide_input=setting.secret and not setting.lines,
        value_proc=_content if setting.lines else str,
    )
    return str(typed) or (kept if unsaid else "")


def _content(path: str) -> str:
    """What stands in a file; click asks again where it cannot be read."""
    if not path.strip():
        return ""
    try:
        return Path(path.strip()).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise click.BadParameter(f"{path} is no file of text that can be read here.") from None


def _as_text(value: object) -> str:
    if value is None:  # a line that was left empty
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
