"""Words in the form that rules compare them in."""

import re
import unicodedata


def plain(text: str) -> str:
    """Small letters without accents, apostrophes or punctuation, one space between words.

    A stop sign and a thumb down stay: they are words to some.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[\w%$*]+|[🛑👎]", re.sub(r"['’]", "", letters)))
