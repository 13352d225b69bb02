"""Writes the list of common words, English and Spanish: `python -m tools.count_words`.

They are the most frequent words of film subtitles as pyspellchecker (MIT) counts them; the package is needed
only here: `pip install pyspellchecker` into an environment of your own, and name its folder.
"""

import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from frontdesk.language.script import folded

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "src" / "frontdesk" / "language" / "known_words.txt"
MOST = {"en": 20_000, "es": 15_000}
LEAST_LETTERS = 4
"""Shorter words are never taken for slips of the pen."""


def main(arguments: Sequence[str]) -> int:
    """0 when the list is written; 2 when pyspellchecker's folder is not named."""
    if len(arguments) != 1:
        print("Name the folder of pyspellchecker's lists: .../site-packages/spellchecker/resources")
        return 2
    common: set[str] = set()
    for language, most in MOST.items():
        with gzip.open(Path(arguments[0]) / f"{language}.json.gz", "rt", encoding="utf-8") as file:
            counted: dict[str, int] = json.load(file)
        frequent = sorted(counted, key=lambda word: (-counted[word], word))[:most]
        common |= {folded(word) for word in frequent if len(word) >= LEAST_LETTERS and word.isalpha()}
    LIST.write_text("\n".join(sorted(common)) + "\n", encoding="utf-8")
    print(f"{len(common)} words in {LIST.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
