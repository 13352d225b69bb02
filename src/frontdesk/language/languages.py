"""Which language a message is written in."""

import re
from collections.abc import Sequence

from frontdesk.language.known_words import known_words
from frontdesk.language.script import folded
from frontdesk.language.vocabulary import words

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_BOTH = frozenset({"no", "me", "a", "es", "son", "once", "come", "he", "si", "the", "mi"}) - {"the", "es", "mi"}

FEW = 3
"""Words of a message that are read one by one."""
_TELLING = 4
"""Letters from which on a Spanish word by itself is no part of a place's name: "El Paso"."""


def language_of(text: str, known: str) -> str:
    """ "en" or "es"; the language known so far unless the words clearly belong to the other one.

    A name, a number, "no" or "ok" says nothing. One clear word is enough when it stands alone; else two
    are needed, and twice as many as of the other language. In a message of few words one is enough beside words that
    are neither English nor names: "quiero morirme".
    """
    said = [word for word in _WORD.findall(folded(text)) if word not in _BOTH]
    clear = sum(word in words("clear_spanish") for word in said)
    beside = sum(word in words("spanish_beside") for word in said) if clear else 0
    spanish = clear + beside + 2 * bool(re.search("[ñ¿¡]", text))
    english = sum(word in words("clear_english") for word in said)
    if spanish and not english and (spanish >= 2 or len(said) == 1 or (len(said) <= 3 and known == "es")):
        return "es"
    if spanish == 1 and not english and 1 < len(said) <= FEW and _all_spanish(said):
        return "es"
    if spanish >= 2 and spanish >= 2 * english:
        return "es"
    if english and not spanish and (english >= 2 or len(said) <= 2):
        return "en"
    if english >= 2 and english >= 2 * spanish:
        return "en"
    return known


def _all_spanish(said: Sequence[str]) -> bool:
    """Whether a clear Spanish word stands among words that are neither English nor anybody's name."""
    clear = [word for word in said if word in words("clear_spanish")]
    others = [word for word in said if word not in words("clear_spanish")]
    elsewhere = known_words() | words("given_names") | words("not_names")
    return any(len(word) >= _TELLING for word in clear) and not any(word in elsewhere for word in others)
