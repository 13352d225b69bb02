"""`frontdesk systems list`: the 22 systems that clinics ask for, with their honest state."""

import json

import click

from frontdesk.systems.known import KnownSystem, known_systems
from frontdesk.systems.manifest import Manifest, manifests

LEGEND = """
connected:  `frontdesk systems connect NAME` reaches it. Tried against a simulated copy, in no real clinic yet;
            `frontdesk systems certify NAME` shows what it can, `frontdesk demo --system NAME` lets you try.
simulated:  there is a copy to try things against; nothing connects to it yet.
not begun:  what is publicly known is written down.
NAME is the word in the second column. Access and cost: --json, or docs/systems/."""


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Everything that is known of each, as one JSON object.")
def list_(as_json: bool) -> None:
    """Show every system: whether Frontdesk can be connected to it, by what, and how one is let in."""
    written = {one.key: one for one in manifests()}
    systems = known_systems()
    if as_json:
        click.echo(json.dumps({one.key: _as_json(one, written.get(one.key)) for one in systems}, indent=2))
        return
    width, short = max(len(one.name) for one in systems), max(len(one.key) for one in systems)
    for one in systems:
        line = f"{one.name:{width}}  {one.key:{short}}  {one.state.value:10}  {_able(one, written.get(one.key))}"
        click.echo(line)
    click.echo(LEGEND)


def _able(known: KnownSystem, manifest: Manifest | None) -> str:
    if manifest is None or not manifest.can:
        return known.interface.partition(". ")[0].rstrip(".")
    besides = [f"{one.value} (with {part.setting})" for part in manifest.parts for one in part.can]
    return ", ".join([*(one.value for one in manifest.can), *besides])


def _as_json(known: KnownSystem, manifest: Manifest | None) -> dict[str, object]:
    return {
        "name": known.name,
        "vendor": known.vendor,
        "state": known.state.value,
        "can": [one.value for one in manifest.can] if manifest else [],
        "parts": {one.setting: [it.value for it in one.can] for one in manifest.parts} if manifest else {},
        "interface": known.interface,
        "access": known.access,
        "cost": known.cost,
        "known": known.known,
        "unknown": known.unknown,
        "sources": list(known.sources),
    }
