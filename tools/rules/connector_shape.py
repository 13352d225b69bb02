"""Every connector has the files of the first, in the order of the first, and says plainly what it can do."""

import ast
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from tools.rules.source import Complaint

FILES = (
    "__init__.py",
    "manifest.toml",
    "client.py",
    "numbers.py",
    "mapping.py",
    "system.py",
    "simulator.py",
    "peer.py",
    "README.md",
)
BEGUN = ("manifest.toml", "client.py", "mapping.py", "system.py")
"""Any of these makes a folder a connector."""
TESTS = ("test_mapping.py", "test_oddities.py")
METHODS: Mapping[str, tuple[str, ...]] = {
    "catalogue": ("catalogue",),
    "find_slots": (),
    "busy": ("busy",),
    "find_patient": ("find_patients",),
    "create_patient": (),
    "update_patient": ("update_patient",),
    "hold": (),
    "book": (),
    "reschedule": (),
    "cancel": (),
    "confirm": ("confirm",),
    "arrival": ("mark",),
    "note": ("add_note",),
    "document": ("attach",),
    "coverage": ("add_coverage",),
    "changes": ("changes",),
    "notices": ("hear",),
}
"""Each ability, with the method of `ports.abilities` that system.py has for it, and only where it can."""
ABILITIES = tuple(METHODS)
CLOCKS = ("location", "utc", "offset")
"""Whose clock its times follow: the wall of the location, UTC, or an offset written with each time."""


def check(root: Path) -> Iterator[Complaint]:
    """What each folder of src/frontdesk/systems lacks."""
    systems = root / "src" / "frontdesk" / "systems"
    port = root / "src" / "frontdesk" / "ports" / "system.py"
    asked = methods_of(port.read_text(), "System") if port.exists() else ()
    folders = sorted(path for path in systems.iterdir() if path.is_dir()) if systems.exists() else []
    for folder in folders:
        if (folder / "__init__.py").exists() or any(folder.glob("*.toml")):
            tests = root / "tests" / "systems" / folder.name
            for path, says in faults_of(folder, tests, asked):
                yield Complaint(path=PurePosixPath(path.relative_to(root)), line=1, says=says)


def faults_of(folder: Path, tests: Path, asked: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """What one connector lacks, as (where, what to do). `asked` are the port's methods, in order.

    A simulator comes first, by another hand: a folder that holds nothing else of a connector yet is none.
    """
    if (folder / "simulator.py").is_file() and not any((folder / name).exists() for name in BEGUN):
        return
    for place, names in ((folder, FILES), (tests, TESTS)):
        for name in names:
            if not (place / name).is_file():
                yield place / name, "a connector has this file; copy it from tools/connector_skeleton"
    if (folder / "manifest.toml").is_file():
        yield from (
            (folder / "manifest.toml", says) for says in manifest_faults((folder / "manifest.toml").read_text())
        )
    if (folder / "system.py").is_file():
        given = [name for name in methods_of((folder / "system.py").read_text()) if name in asked]
        if given != list(asked):
            yield folder / "system.py", f"write the port's methods, all of them and in its order: {', '.join(asked)}"
        if not has_function((folder / "system.py").read_text(), "connect"):
            yield folder / "system.py", "write the function `connect`, as frontdesk.ports.connecting has it"
        if (folder / "manifest.toml").is_file():
            written = methods_of((folder / "system.py").read_text())
            yield from (
                (folder / "system.py", says) for says in ability_faults(written, (folder / "manifest.toml").read_text())
            )


def ability_faults(written: Sequence[str], manifest: str) -> Iterator[str]:
    """Where the methods of system.py and the `can` of its manifest say different things."""
    try:
        says = tomllib.loads(manifest)
        can = [*says.get("can", []), *(one for part in says.get("parts", []) for one in part.get("can", []))]
    except tomllib.TOMLDecodeError:
        return  # told by `manifest_faults`
    for ability, methods in METHODS.items():
        for method in methods:
            if ability in can and method not in written:
                yield f'the manifest says it can "{ability}"; write `{method}`, as frontdesk.ports.abilities has it'
            elif ability not in can and method in written:
                yield f'`{method}` is written; put "{ability}" into `can` of manifest.toml'


def manifest_faults(text: str) -> Iterator[str]:
    """What to change in a manifest."""
    try:
        manifest = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        yield f"this is not TOML: {fault}"
        return
    if not isinstance(manifest.get("name"), str):
        yield '`name` is missing: what staff call the system, like name = "Open Dental"'
    if manifest.get("clock") not in CLOCKS:
        yield f"`clock` says whose clock its times follow: one of {', '.join(CLOCKS)}"
    can, cannot = manifest.get("can", []), manifest.get("cannot", {})
    for ability in sorted({*can, *cannot} - set(ABILITIES)):
        yield f'"{ability}" is no ability; they are {", ".join(ABILITIES)}'
    for ability in ABILITIES:
        if ability in can and ability in cannot:
            yield f'"{ability}" stands in `can` and in `[cannot]`; take it out of one'
        elif ability not in can and not cannot.get(ability):
            yield f'"{ability}" is not in `can`; give the reason in `[cannot]`'


def has_function(text: str, name: str) -> bool:
    """Whether a file has a function of that name, outside its classes."""
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in ast.parse(text).body)


def methods_of(text: str, of: str | None = None) -> tuple[str, ...]:
    """The public methods in a file's classes, or in the one class named, in the order they are written."""
    classes = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef) and of in {None, node.name}]
    return tuple(
        node.name
        for found in classes
        for node in found.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    )
