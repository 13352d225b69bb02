"""The table of the systems in docs/systems/README.md, held against known.toml and the folders."""

from pathlib import Path

from frontdesk.systems.known import KnownSystem, known_systems

PAGES = Path(__file__).parents[2] / "docs" / "systems"


def line_of(system: KnownSystem) -> str:
    page = f"{system.key}.md"
    name = f"[{system.name}]({page})" if (PAGES / page).exists() else system.name
    return f"| {name} | `{system.key}` | {system.state.value} | {system.interface} |"


def test_the_table_shows_each_system_by_its_name_and_as_far_as_its_folder_has_come() -> None:
    shown = [line for line in (PAGES / "README.md").read_text("utf-8").splitlines() if " | `" in line]

    wanted = [line_of(one) for one in known_systems()]
    assert shown == wanted, "write these lines into docs/systems/README.md:\n" + "\n".join(wanted)
