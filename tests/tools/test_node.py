import json
from pathlib import Path

import pytest

from tools import node


def test_without_node_and_npm_nothing_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert node.find(tmp_path / "peers") is None


def test_an_installation_of_other_programs_does_not_stand(tmp_path: Path) -> None:
    assert not node.stands(tmp_path)
    (tmp_path / "installed").write_text(node.fingerprint())
    assert node.stands(tmp_path)
    (tmp_path / "installed").write_text("of other programs")
    assert not node.stands(tmp_path)


def test_every_package_is_pinned_by_its_hash_and_names_no_registry() -> None:
    locked = json.loads((node.PEERS / "package-lock.json").read_text())["packages"]

    packages = {name: package for name, package in locked.items() if name}
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())
