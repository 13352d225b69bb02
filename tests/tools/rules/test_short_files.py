from pathlib import PurePosixPath

from tools.rules.short_files import check
from tools.rules.source import Source


def test_a_long_file_gets_advice_that_fails_nothing() -> None:
    source = Source(path=PurePosixPath("src/frontdesk/web/app.py"), text="pass\n" * 401)

    assert [complaint.advice for complaint in check(source)] == [True]


def test_a_file_of_the_right_size_gets_none() -> None:
    assert list(check(Source(path=PurePosixPath("src/frontdesk/web/app.py"), text="pass\n" * 400))) == []
