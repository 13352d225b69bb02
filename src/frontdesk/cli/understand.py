"""`frontdesk understand`: words in, typed acts or times out, a JSON line for each."""

import importlib
import json
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path

import click

from frontdesk.cli.json_lines import answers

Answer = Callable[[str], dict[str, object]]


@click.command()
@click.option(
    "--practice",
    "folder",
    type=click.Path(path_type=Path),
    help="The practice's files, for its services, people and answers; without, the sample practice.",
)
@click.option("--times", is_flag=True, help='Answer {"text", "now", "lang"} with the expressions of time alone.')
def command(folder: Path | None, times: bool) -> None:
    """Read {"text", "now", "lang", "asked", "offers"} line by line, and answer each with {"acts": [...]}.

    `now` is ISO 8601 with its offset, or on the practice's wall clock. `lang` is en or es, and may be left out. `asked`
    is what the patient was asked last, such as which_offer; `offers` are the times on offer, each a start or
    {"start", "practitioner"}. From speech, `alternatives` are what else the text may have been and `earlier` the tries
    before, each a text or a list; `caller`, `known`, `charts` and `region` are what else is known, and `detail` reads
    the text as that one detail, such as postcode. A line that cannot be read is answered with {"error"}.

    With --times each is answered with {"times": [...]}, in the order of the text; see docs/times.md.
    """
    faults = 0
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # what is no UTF-8 spoils its own line alone
    for told in answers(sys.stdin, _times() if times else _acts(folder)):
        click.echo(json.dumps(told, ensure_ascii=False))
        sys.stdout.flush()
        faults += "error" in told
    if faults:
        sys.exit(1)


def _times() -> Answer:
    """Loaded only now, as each command is: times need little, acts need a practice."""
    answer: Answer = importlib.import_module("frontdesk.cli.understand_times").times_of
    return answer


def _acts(folder: Path | None) -> Answer:
    acts = importlib.import_module("frontdesk.cli.understand_acts")
    practice = acts.practice_of(folder)
    return lambda line: {"acts": acts.acts_of(line, practice)}
