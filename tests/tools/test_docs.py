from pathlib import Path

import pytest
from tools.docs import broken, pages, write

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "page.html").write_text((ROOT / "tools" / "page.html").read_text())
    (tmp_path / "docs" / "tour.md").write_text("# The tour\n\n## One message\n")
    return tmp_path


def faults(checkout: Path, text: str) -> list[tuple[int, str]]:
    page = checkout / "README.md"
    page.write_text(text)
    return [(fault.line, fault.names) for fault in broken(checkout, page)]


def test_links_pictures_and_file_names_that_lead_nowhere_are_found(checkout: Path) -> None:
    text = '[a](docs/none.md)\n\n<img src="docs/none.png">\n\nsee `src/none.py` and [b](docs/tour.md#two-messages)\n'

    assert faults(checkout, text) == [
        (1, "docs/none.md"),
        (3, "docs/none.png"),
        (5, "docs/tour.md#two-messages"),
        (5, "src/none.py"),
    ]


def test_what_exists_lies_elsewhere_or_is_an_example_is_left_alone(checkout: Path) -> None:
    text = (
        "[a](docs/tour.md#one-message) [b](https://example.com) [c](#top) `docs/tour.md` `tools/`\n\n"
        "# Top\n\n```sh\ncat `src/none.py`\n```\n"
    )

    assert faults(checkout, text) == []


def test_pages_are_written_with_links_to_each_other(checkout: Path) -> None:
    (checkout / "README.md").write_text("# Frontdesk\n\n[the tour](docs/tour.md)\n")

    count = write(checkout, checkout / "build" / "docs")

    front = (checkout / "build" / "docs" / "README.html").read_text()
    assert count == 2
    assert 'href="docs/tour.html"' in front
    assert "<h1>Frontdesk</h1>" in front


def test_our_own_docs_name_only_what_exists() -> None:
    assert [str(fault) for page in pages(ROOT) for fault in broken(ROOT, page)] == []
