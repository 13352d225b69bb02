"""What is said before and after a service's visits, as it stands in a practice's document, and read back."""

from datetime import timedelta
from types import MappingProxyType

from frontdesk.domain.care import NO_CARE, Care, CareWords
from frontdesk.standards.document import Entry, Form
from frontdesk.standards.forms import LANGUAGE, SOME_LENGTH, TEXT, write_length

A_WEEK = timedelta(weeks=1)


def _write(length: timedelta) -> str:
    weeks, rest = divmod(length, A_WEEK)
    return write_length(length) if rest else f"{weeks} week" if weeks == 1 else f"{weeks} weeks"


AGAIN_AFTER: Form[timedelta] = Form(
    wanted='how long after a visit, such as "12 weeks" or "180 days"',
    read=SOME_LENGTH.read,
    write=_write,
    stand_in=A_WEEK,
)


def care_in(entry: Entry) -> Care:
    """The words beside `preparation` in a service's entry; none where nothing is written."""
    aftercare = entry.one_or("aftercare", TEXT, "")
    again = entry.one_or("again", TEXT, "")
    again_after = entry.one_or("again_after", AGAIN_AFTER, None)
    said_in = entry.each_entry("said_in", LANGUAGE)
    made = entry.build(
        lambda: Care(
            aftercare=aftercare,
            again=again,
            again_after=again_after,
            said_in=MappingProxyType({language: _words_in(words) for language, words in said_in.items()}),
        )
    )
    return made or NO_CARE


def of_care(care: Care) -> dict[str, object]:
    """What is written beside `preparation`; what is empty may be left out."""
    return {
        "aftercare": care.aftercare,
        "again_after": AGAIN_AFTER.write(care.again_after) if care.again_after else None,
        "again": care.again,
        "said_in": {language: _of_words(care.said_in[language]) for language in sorted(care.said_in)},
    }


def _words_in(entry: Entry) -> CareWords:
    words = CareWords(
        about=entry.one_or("about", TEXT, ""),
        price=entry.one_or("price", TEXT, ""),
        preparation=entry.one_or("preparation", TEXT, ""),
        aftercare=entry.one_or("aftercare", TEXT, ""),
        again=entry.one_or("again", TEXT, ""),
    )
    entry.close()
    return words


def _of_words(words: CareWords) -> dict[str, object]:
    written = {
        "about": words.about,
        "price": words.price,
        "preparation": words.preparation,
        "aftercare": words.aftercare,
        "again": words.again,
    }
    return {name: said for name, said in written.items() if said}
