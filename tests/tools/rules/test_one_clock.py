import pytest
from tests.tools.rules.reading import lines_of
from tools.rules.one_clock import check


@pytest.mark.parametrize("call", ["datetime.now(UTC)", "datetime.utcnow()", "date.today()", "time.time()"])
def test_a_clock_of_its_own_is_found(call: str) -> None:
    assert lines_of(check, f"moment = {call}") == [1]


def test_the_desks_clock_may_be_asked() -> None:
    assert lines_of(check, "moment = self._clock.now()") == []


def test_waiting_may_be_measured() -> None:
    assert lines_of(check, "begun = time.monotonic()") == []


@pytest.mark.parametrize("asks", ["now()", "NOW ( )", "current_timestamp", "clock_timestamp()", "'now'::timestamptz"])
def test_the_databases_clock_is_found_in_a_file_of_sql(asks: str) -> None:
    sql = f"create table note (\n    at timestamptz default {asks}\n);"

    assert lines_of(check, sql, path="src/frontdesk/storage/migrations/versions/0002.sql") == [2]


def test_the_databases_clock_is_found_in_a_statement() -> None:
    assert lines_of(check, 'SQL = "delete from hold where until < now()"', path="src/frontdesk/storage/holds.py") == [1]


def test_a_comment_may_name_it() -> None:
    sql = "-- never now()\n/* nor\ncurrent_date */\nselect known_now from note;"

    assert lines_of(check, sql, path="src/frontdesk/storage/notes.sql") == []
