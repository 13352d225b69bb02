"""Rules as files: read with checks, every fault told at once, and changed by a practice without code."""

from datetime import date
from pathlib import Path

import pytest

from frontdesk.compliance.reading import RulesWrong, read_rules
from frontdesk.compliance.rule import Hours, Topic
from frontdesk.language.catalogue import catalogue
from frontdesk.wiring import book_of_rules

RULE = """
- id: us-zz-hours
  version: {version}
  jurisdiction: US-OH
  topic: quiet-hours
  start: {start}
  source: {{cite: a statute, says: nothing before ten}}
  contacts: [marketing]
  asks: {{hours: {{mon-sun: "10:00-20:00"}}}}
"""
BOOK = book_of_rules()


def test_of_two_versions_the_one_in_force_holds() -> None:
    both = RULE.format(version=1, start="2020-01-01") + RULE.format(version=2, start="2027-01-01")
    rules = read_rules({"a.yaml": both})

    before = rules.about(Topic.QUIET_HOURS, state="US-OH", day=date(2026, 12, 31))
    after = rules.about(Topic.QUIET_HOURS, state="US-OH", day=date(2027, 1, 1))

    assert [rule.name for rule in (*before, *after)] == ["us-zz-hours@1", "us-zz-hours@2"]
    assert rules.about(Topic.QUIET_HOURS, state="US-TX", day=date(2027, 1, 1)) == []


def test_every_fault_of_every_file_is_told_at_once() -> None:
    files = {
        "hours.yaml": RULE.format(version=1, start="soon").replace("mon-sun", "someday"),
        "list.yaml": "id: one",
        "yaml.yaml": "- [",
        "topic.yaml": RULE.format(version=1, start="2020-01-01").replace("quiet-hours", "caps"),
        "kind.yaml": RULE.format(version=1, start="2020-01-01").replace("[marketing]", "[spam]"),
        "more.yaml": RULE.format(version=1, start="2020-01-01") + "  colour: red\n",
    }

    with pytest.raises(RulesWrong) as wrong:
        read_rules(files)

    told = str(wrong.value)
    assert "hours.yaml, rule us-zz-hours: start is soon; a day such as 2027-01-01 is wanted" in told
    assert "list.yaml: a list of rules is wanted" in told
    assert "yaml.yaml is no YAML" in told
    assert "topic.yaml, rule us-zz-hours: Rule us-zz-hours: a rule on caps cannot ask for Hours" in told
    assert "kind.yaml, rule us-zz-hours: contacts is spam; one of reply, " in told
    assert "more.yaml, rule us-zz-hours: colour is no part of a rule" in told


def test_the_same_version_twice_is_refused() -> None:
    text = RULE.format(version=1, start="2020-01-01")

    with pytest.raises(RulesWrong, match="version 1, is there twice"):
        read_rules({"a.yaml": text, "b.yaml": text})


def test_a_practices_own_rule_takes_the_place_of_ours(tmp_path: Path) -> None:
    ours = next(rule for rule in BOOK.rules.all if rule.id == "us-fl-solicitation-hours")
    own = (
        RULE.format(version=ours.version, start="2021-07-01").replace("us-zz-hours", ours.id).replace("US-OH", "US-FL")
    )
    (tmp_path / "own.yaml").write_text(own)

    changed = book_of_rules(tmp_path)

    (found,) = [rule for rule in changed.rules.all if rule.id == ours.id]
    assert isinstance(found.asks, Hours)
    assert {str(one.start) for one in found.asks.days.values()} == {"10:00:00"}
    assert len(changed.rules.all) == len(BOOK.rules.all)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_of_every_rule_stand_in_the_catalogue(language: str) -> None:
    keys = {key for rule in BOOK.rules.all for key in rule.words}

    assert keys <= set(catalogue(language).texts)


def test_every_rule_stands_on_the_page_and_every_rule_of_the_page_is_there() -> None:
    page = (Path(__file__).parents[2] / "docs" / "compliance.md").read_text("utf-8")
    listed = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `us-")}

    assert listed == {rule.name for rule in BOOK.rules.all}
