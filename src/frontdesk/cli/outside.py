"""What the commands share that tie a practice to a system for its calendar, or to a carrier for its texts."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import click
import yaml

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.cli.quiet import quiet
from frontdesk.domain.faults import Impossible
from frontdesk.domain.practice import Practice
from frontdesk.settings import read_settings
from frontdesk.standards.manifests import Setting, completed
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
of_practice = click.option("--practice", "key", required=True, help="The practice's short name.")


def settings_given(name: str, settings: Sequence[Setting], file: Path | None) -> dict[str, str]:
    """What `name` needs, out of a YAML file, or asked for at the terminal. Raises: CommandFault."""
    given = {key: _as_text(value) for key, value in document(file).items()} if file else _asked(settings)
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


def run_for(key: str, do: Callable[[Frontdesk, Practice], Awaitable[bool]]) -> None:
    """Do it with the desk open, for the practice of that short name; the command ends with 1 where it did not do."""
    settings = read_settings(os.environ)
    with quiet(), ready(settings) as database:

        async def run() -> bool:
            async with open_frontdesk(settings, database) as desk:
                return await do(desk, await known_practice(desk, key))

        if not asyncio.run(run()):
            sys.exit(1)


def _asked(settings: Sequence[Setting]) -> dict[str, str]:
    given = {}
    for one in settings:
        click.echo(one.help)
        default = one.default if one.default is not None else "" if one.optional else None
        given[one.key] = str(click.prompt(one.label, default=default, hide_input=one.secret))
    return given


def _as_text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
