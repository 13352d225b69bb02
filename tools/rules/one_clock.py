"""One clock: the desk's. Nobody else asks what time it is, least of all the database."""

import ast
import re
from collections.abc import Iterator

from tools.rules.source import Complaint, Source, called, line_of, sql_without_comments

ASKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "date.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "func.now",
}
DATABASE_ASKS = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(\s*\)"
    r"|\b(current_timestamp|current_date|current_time|localtimestamp|localtime)\b"
    r"|'(now|today|tomorrow|yesterday)'\s*::"
    r"|\b(date|timestamp|timestamptz)\s+'(now|today|tomorrow|yesterday)'",
    re.IGNORECASE,
)
SAYS = "the desk has one clock; take `now` as an argument, or ask the `Clock` that wiring gives"
SAYS_SQL = "the database's clock is not the desk's; pass the instant as a parameter"


def check(source: Source) -> Iterator[Complaint]:
    """Each place in src that asks a clock of its own, in Python or in SQL."""
    if source.path.parts[:2] != ("src", "frontdesk"):
        return
    if source.path.suffix == ".sql":
        for number, written in enumerate(sql_without_comments(source.text).splitlines(), start=1):
            if DATABASE_ASKS.search(written):
                yield source.complain(number, SAYS_SQL)
    for node in source.nodes:
        if called(node) in ASKS:
            yield source.complain(node, SAYS)
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if f"time.{alias.name}" in ASKS:
                    yield source.complain(line_of(node), SAYS)
    if source.folder == "storage":
        for line, text in source.strings():
            if DATABASE_ASKS.search(sql_without_comments(text)):
                yield source.complain(line, SAYS_SQL)
