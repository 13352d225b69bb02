"""The list of what is sealed and hashed is complete; whatever is looked up is found while keys are replaced, too."""

import re
from pathlib import Path

import psycopg

import frontdesk.storage
from frontdesk.storage.sealed import HASHED, NOT_CARRIED, SEALED

STORAGE = Path(frontdesk.storage.__file__).parent
DOCS = Path(__file__).parents[2] / "docs"


def columns(database_url: str, ending: str) -> set[tuple[str, str]]:
    with psycopg.connect(database_url) as owner:
        found = owner.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public' "
            "and data_type = 'bytea' and column_name like %s",
            (f"%{ending}",),
        ).fetchall()
    return {(str(table), str(column)) for table, column in found}


def test_every_sealed_column_is_sealed_anew_when_keys_are_replaced(database_url: str) -> None:
    entered = {(one.table, f"{column}_sealed") for one in SEALED for column in one.columns}

    assert columns(database_url, r"\_sealed") == entered, "enter it into SEALED in src/frontdesk/storage/sealed.py"


def test_every_column_in_clear_has_its_reason_on_the_page(database_url: str) -> None:
    page = (DOCS / "security" / "clear-columns.md").read_text()
    told = {
        (row["table"], column)
        for row in re.finditer(r"^\| (?P<table>\w+) \| (?P<columns>[\w, ]+) \| (?P<why>.{5,}) \|$", page, re.MULTILINE)
        for column in row["columns"].split(", ")
        if row["table"] != "table"
    }
    covered = {(one.table, one.column) for one in (*HASHED, *NOT_CARRIED)} | {
        (one.table, f"{column}_sealed") for one in SEALED for column in one.columns
    }
    with psycopg.connect(database_url) as owner:
        there = {
            (str(table), str(column))
            for table, column in owner.execute(
                "select table_name, column_name from information_schema.columns where table_schema = 'public' "
                "and table_name <> 'alembic_version' and column_name <> 'practice_id'"
            ).fetchall()
        }

    assert there - covered == told


def test_every_look_up_hash_is_carried_over_when_keys_are_replaced(database_url: str) -> None:
    entered = {(one.table, one.column) for one in (*HASHED, *NOT_CARRIED)}

    assert columns(database_url, r"\_hash") == entered, "enter it into HASHED in src/frontdesk/storage/sealed.py"


def test_whatever_is_looked_up_by_a_hash_is_found_by_the_older_one_too() -> None:
    looked_up = "|".join({one.column for one in HASHED} - {"code_hash"})  # codes are compared, not looked up
    only_one = [
        f"{file.name}: {line.strip()}"
        for file in STORAGE.rglob("*.py")
        for line in file.read_text().splitlines()
        if re.search(rf"\b(where|and|or)\b.*\b({looked_up}) = %", line)
    ]

    assert only_one == [], "write `= any(%s)` and give it `Keyring.lookups`"
