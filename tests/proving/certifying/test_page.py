"""The table of the checks in docs/connectors.md, held against the suite."""

from pathlib import Path

from frontdesk.proving.certifying.suite import every_check

PAGE = (Path(__file__).parents[3] / "docs/connectors.md").read_text("utf-8")


def test_each_check_of_the_suite_is_told_in_its_order_with_what_it_proves() -> None:
    cells = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    told = [(row[0], {word.strip("`") for word in row[2].split(", ")}) for row in cells if len(row) == 3]

    checks = [(one.name, {ability.value for ability in one.proves}) for one in every_check(long=False)]
    assert told[-len(checks) :] == checks
