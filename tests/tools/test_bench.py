from pathlib import Path

from tools.bench import measurements


def test_every_file_with_a_main_is_a_measurement(tmp_path: Path) -> None:
    (tmp_path / "race.py").write_text("def main() -> None: ...\n")
    (tmp_path / "worlds.py").write_text("SIZE = 20\n")

    assert [path.name for path in measurements(tmp_path)] == ["race.py"]
