from pathlib import Path

from tools.rules.connector_shape import ABILITIES, FILES, TESTS, ability_faults, faults_of, manifest_faults
from tools.rules.connector_shape import METHODS as METHODS_OF

from frontdesk.ports import abilities
from frontdesk.systems.manifest import Ability

METHODS = ("find_slots", "book")
MANIFEST = 'name = "Acme"\nclock = "location"\ncan = ["find_slots"]\n[cannot]\n' + "".join(
    f'{ability} = "no such call"\n' for ability in ABILITIES if ability != "find_slots"
)


def a_connector(root: Path) -> tuple[Path, Path]:
    folder, tests = root / "acme", root / "tests"
    folder.mkdir()
    tests.mkdir()
    for path in (*(folder / name for name in FILES), *(tests / name for name in TESTS)):
        path.write_text("")
    (folder / "manifest.toml").write_text(MANIFEST)
    (folder / "system.py").write_text(
        "class Acme:\n    async def find_slots(self): ...\n    async def book(self): ...\n\ndef connect(): ...\n"
    )
    return folder, tests


def test_a_connector_of_the_right_shape_is_left_alone(tmp_path: Path) -> None:
    folder, tests = a_connector(tmp_path)

    assert list(faults_of(folder, tests, METHODS)) == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder, tests = a_connector(tmp_path)
    (folder / "simulator.py").unlink()
    (tests / "test_oddities.py").unlink()

    assert [path.name for path, _ in faults_of(folder, tests, METHODS)] == ["simulator.py", "test_oddities.py"]


def test_a_simulator_may_stand_before_its_connector(tmp_path: Path) -> None:
    folder, tests = tmp_path / "acme", tmp_path / "tests"
    folder.mkdir()
    (folder / "simulator.py").write_text("")

    alone = list(faults_of(folder, tests, METHODS))
    (folder / "client.py").write_text("")

    assert alone == []
    assert "manifest.toml" in [path.name for path, _ in faults_of(folder, tests, METHODS)]


def test_methods_stand_in_the_order_of_the_port(tmp_path: Path) -> None:
    folder, tests = a_connector(tmp_path)
    (folder / "system.py").write_text(
        "class Acme:\n    async def book(self): ...\n    async def find_slots(self): ...\n\ndef connect(): ...\n"
    )

    assert [path.name for path, _ in faults_of(folder, tests, METHODS)] == ["system.py"]


def test_a_connector_that_nobody_could_open_is_told_what_it_lacks(tmp_path: Path) -> None:
    folder, tests = a_connector(tmp_path)
    written = (folder / "system.py").read_text()
    (folder / "system.py").write_text(written.replace("def connect", "def connected"))

    assert [says for _, says in faults_of(folder, tests, METHODS)] == [
        "write the function `connect`, as frontdesk.ports.connecting has it"
    ]


def test_each_ability_is_given_or_its_lack_explained() -> None:
    manifest = MANIFEST.replace('book = "no such call"\n', "")

    assert list(manifest_faults(manifest)) == ['"book" is not in `can`; give the reason in `[cannot]`']


def test_an_unknown_ability_or_clock_is_told_with_the_known_ones() -> None:
    manifest = MANIFEST.replace('["find_slots"]', '["find_slots", "teleport"]').replace('"location"', '"sundial"')

    found = " ".join(manifest_faults(manifest))

    assert '"teleport" is no ability' in found
    assert "one of location, utc, offset" in found


def test_a_method_beyond_the_calendar_stands_where_the_manifest_says_so_and_only_there() -> None:
    manifest = MANIFEST.replace('["find_slots"]', '["find_slots", "note"]').replace('note = "no such call"\n', "")

    missing = list(ability_faults(("find_slots", "book"), manifest))
    untold = list(ability_faults(("find_slots", "add_note", "mark"), manifest))

    assert missing == ['the manifest says it can "note"; write `add_note`, as frontdesk.ports.abilities has it']
    assert untold == ['`mark` is written; put "arrival" into `can` of manifest.toml']


def test_every_ability_named_is_one_of_the_manifests_and_its_method_one_of_the_ports() -> None:
    ports = [one for one in vars(abilities).values() if isinstance(one, type)]
    known = {name for port in ports for name in vars(port) if not name.startswith("_")}

    assert tuple(ability.value for ability in Ability) == ABILITIES
    assert {method for methods in METHODS_OF.values() for method in methods} <= known
