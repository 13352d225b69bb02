"""Times in words, for `frontdesk understand --times`: the grammar alone, quick to start."""

from frontdesk.cli.json_lines import Unreadable, instant, text_line
from frontdesk.language.timeline.told import times_as_json

KEYS = frozenset({"text", "now", "lang", "asked"})
LANGUAGES = ("en", "es")


def times_of(line: str) -> dict[str, object]:
    """The times of one line, in the order of its words. Raises: Unreadable."""
    text, given = text_line(line, KEYS)
    now = instant(given.get("now"), "now")
    language, asked = given.get("lang", LANGUAGES[0]), given.get("asked")
    if not isinstance(language, str) or language.replace("_", "-").partition("-")[0] not in LANGUAGES:
        raise Unreadable(f'"lang" is {language!r}; it is one of {", ".join(LANGUAGES)}, or with a country: en-GB')
    if asked not in (None, "time"):
        raise Unreadable(f'"asked" is {asked!r}; with --times it is "time", or left out')
    return {"times": times_as_json(text, now, language, hour_asked=asked == "time")}
