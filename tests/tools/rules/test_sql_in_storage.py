import pytest
from tests.tools.rules.reading import lines_of
from tools.rules.sql_in_storage import check


@pytest.mark.parametrize(
    "statement",
    [
        "select id from practice where key = %s",
        "SELECT * FROM patient",
        "insert into outbox (id) values (%s)",
        "update appointment set status = 'booked'",
        "delete from claim",
        "create table note (id uuid)",
        "with due as (select 1) select * from due",
    ],
)
def test_a_statement_outside_storage_is_found(statement: str) -> None:
    assert lines_of(check, f'SQL = """{statement}"""') == [1]


def test_a_statement_that_inserts_a_value_is_found_too() -> None:
    assert lines_of(check, 'SQL = f"delete from {table}"') == [1]


def test_storage_may_write_sql() -> None:
    assert lines_of(check, 'SQL = "delete from claim"', path="src/frontdesk/storage/claims.py") == []


@pytest.mark.parametrize(
    "words",
    ["Select a time from the list below.", "Update: we are closed", "with care", "Create a new table of prices"],
)
def test_english_is_not_taken_for_sql(words: str) -> None:
    assert lines_of(check, f'TEXT = "{words}"') == []


def test_a_docstring_is_not_a_statement() -> None:
    assert lines_of(check, '"""Select one from many where it fits."""') == []


def test_a_file_of_sql_belongs_to_storage() -> None:
    assert lines_of(check, "select 1", path="src/frontdesk/work/due.sql") == [1]
