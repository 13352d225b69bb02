"""`frontdesk outcomes` over the sample practice's own history."""

import csv
import json
from pathlib import Path

from tests.cli.command import run, told


def test_figures_come_as_text_as_json_and_as_a_table_for_each_query(sampled: Path, tmp_path: Path) -> None:
    days = ("--from", "2026-05-19", "--to", "2026-05-25")
    shown = run(sampled, "outcomes", "--practice", "smile", *days).stdout
    figures = [json.loads(line) for line in run(sampled, "outcomes", "--json", *days).stdout.splitlines()]
    written = run(sampled, "outcomes", "--practice", "smile", "--csv", str(tmp_path / "tables"), *days).stdout

    assert "Smile Aesthetics, 2026-05-19 to 2026-05-25" in shown
    missed = next(one for one in figures if one["name"] == "missed")
    assert missed["denominator"] > 100
    assert missed["low"] < missed["numerator"] / missed["denominator"] < missed["high"]
    assert f"{missed['numerator']} of {missed['denominator']}" in shown
    assert all({"numerator", "denominator", "query"} <= one.keys() for one in figures)
    paths = [Path(line) for line in written.splitlines()]
    assert {path.stem for path in paths} == {one["query"] for one in figures}
    with (tmp_path / "tables" / "missed.csv").open(encoding="utf-8") as file:
        [row] = [row for row in csv.DictReader(file) if row["name"] == "missed"]
    assert int(row["numerator"]) == missed["numerator"]


def test_days_that_are_none_or_turned_round_are_told(sampled: Path) -> None:
    assert "write a day like" in told(run(sampled, "outcomes", "--from", "May"))[0]
    assert "turn them round" in told(run(sampled, "outcomes", "--from", "2026-05-20", "--to", "2026-05-10"))[0]
