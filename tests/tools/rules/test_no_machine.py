import pytest
from tests.tools.rules.reading import lines_of
from tools.rules.no_machine import REGISTRIES, ROOT, check


@pytest.mark.parametrize("host", REGISTRIES)
def test_a_registry_is_found(host: str) -> None:
    assert lines_of(check, f"pip install -i https://{host}/simple", path="README.md") == [1]


@pytest.mark.parametrize("place", ["/" + "root/notes", "/" + "home/maria/notes", str(ROOT / "notes")])
def test_a_path_of_one_machine_is_found(place: str) -> None:
    assert lines_of(check, f"first\nsee {place}\n", path="docs/a.md") == [2]


@pytest.mark.parametrize("place", ["src/frontdesk/work/due.py", "https://example.com/home/visits", "$HOME/root/x"])
def test_paths_inside_the_checkout_and_addresses_are_as_they_should_be(place: str) -> None:
    assert lines_of(check, f"see {place}", path="docs/a.md") == []
