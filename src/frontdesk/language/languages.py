"""Which language a message is written in."""

import re

from frontdesk.language.script import folded
from frontdesk.language.vocabulary import words

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_BOTH = frozenset({"no", "me", "a", "es", "son", "once", "come", "he", "si", "the", "mi"}) - {"the", "es", "mi"}


def language_of(text: str, known: str) -> str:
    """ "en" or "es"; the language known so far unless the words clearly belong to the other one.

    A name, a number, "no" or "ok" says nothing. One clear word is enough when it stands alone; else two
    are needed, and twice as many as of the other language.
    """
    said = [word for word in _WORD.findall(folded(text)) if word not in _BOTH]
    spanish = sum(word in words("clear_spanish") for word in said) + 2 * bool(re.search("[ñ¿¡]", text))
    english = sum(word in words("clear_english") for word in said)
    if spanish and not english and (spanish >= 2 or len(said) == 1 or (len(said) <= 3 and known == "es")):
        return "es"
    if spanish >= 2 and spanish >= 2 * english:
        return "es"
    if english and not spanish and (english >= 2 or len(said) <= 2):
        return "en"
    if english >= 2 and english >= 2 * spanish:
        return "en"
    return known
