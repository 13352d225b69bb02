"""SQL stands in storage, beside the function that runs it, and nowhere else."""

import re
from collections.abc import Iterator

from tools.rules.source import Complaint, Source

STATEMENT = re.compile(
    r"""^\s*(
        select\s.+\sfrom\s+[a-z_.]+(\s+(where|join|order|limit|group|for)\s.*|\s*;?\s*)$
      | insert\s+into\s | update\s+[a-z_.]+\s+set\s | delete\s+from\s | with\s+\w+\s+as\s*\( | truncate\s
      | (create|alter|drop)\s+(or\s+replace\s+)?(table|index|view|function|role|schema|extension|policy|type)\s
      | grant\s.+\sto\s | listen\s+\w+\s*$ | notify\s+\w+ | set\s+(local\s+)?role\s
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def check(source: Source) -> Iterator[Complaint]:
    """Each SQL statement in a folder of src/frontdesk other than storage."""
    if source.path.parts[:2] != ("src", "frontdesk") or source.folder == "storage":
        return
    if source.path.suffix == ".sql":
        yield source.complain(1, "SQL files live in src/frontdesk/storage; move it there")
    for line, text in source.strings():
        if STATEMENT.match(text):
            yield source.complain(line, "SQL outside storage; give storage a function with a name, and call that")
