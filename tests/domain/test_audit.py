"""Everything that the audit knows is written in its page, with the action that it is."""

import re
from pathlib import Path

from frontdesk.domain.audit import Happened, as_id

PAGE = (Path(__file__).parents[2] / "docs/security/audit.md").read_text()


def test_every_kind_of_event_is_written_in_the_docs_with_its_action() -> None:
    written = re.findall(r"^\| `([\w.-]+)` \| (\w) \|", PAGE, re.MULTILINE)

    assert sorted(written) == sorted((what.code, what.action.value) for what in Happened)


def test_an_id_with_other_signs_is_kept_as_its_hash() -> None:
    assert as_id("0198-ab:7.x") == "0198-ab:7.x"
    assert as_id("Maria Gonzalez").startswith("sha256:")
