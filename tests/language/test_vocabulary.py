"""The lists of words and patterns that rules hear by."""

import re
from pathlib import Path

from frontdesk.language import vocabulary

POSSESSIVE = re.compile(r"(?<!\\)[*+?}]\+")


def test_no_pattern_is_possessive_since_the_python_of_debian_12_reads_those_wrongly() -> None:
    """CPython issue 106052, mended in 3.11.5; Debian 12 has 3.11.2."""
    files = sorted(Path(vocabulary.__file__).parent.glob("*.yaml"))

    found = [line[:80] for file in files for line in file.read_text("utf-8").splitlines() if POSSESSIVE.search(line)]

    assert len(files) == 2
    assert found == []


def test_no_list_is_there_twice_since_the_second_would_silence_the_first() -> None:
    for file in Path(vocabulary.__file__).parent.glob("*.yaml"):
        keys = re.findall(r"^(\w+):", file.read_text("utf-8"), re.MULTILINE)

        assert sorted(keys) == sorted(set(keys))
