"""What was read back, put right by what is said of its wrong part: "it ends in 48", "with a K", "the 14th"."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from rapidfuzz.distance import OSA

from frontdesk.language.birth_dates import birth_dates_in
from frontdesk.language.details.emails import emails_in
from frontdesk.language.details.known_names import sound
from frontdesk.language.details.people import FullName, capitals
from frontdesk.language.details.phones import as_e164
from frontdesk.language.details.spelling_out import Remark, put_right, remarks_in
from frontdesk.language.details.symbols import number_words, renderings, spelled_in
from frontdesk.language.script import folded, without
from frontdesk.language.timeline.told import DAY_FIRST
from frontdesk.language.vocabulary import phrases, words

_FIGURES = re.compile(r"[a-z]+|\d+")
_NOT = re.compile(r"(?<!\w)(?:not|instead of|rather than|en vez de|y no|no es)(?: an?| the| el| la)? +")
_AREA = re.compile(r"(?<!\w)(?:area code|prefijo|codigo de area|(?:it )?(?:starts|begins)|empieza|first three)(?!\w)")
_END = re.compile(r"(?<!\w)(?:end(?:s|ing|ed)?|last|termina(?:da|do)?|ultimos?)(?!\w)")
_MIDDLE = re.compile(r"(?<!\w)(?:middle|medio|second three|next three)(?!\w)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\w)(?:year|ano|born in)(?:'s| is| es)?\W+(?:in )?'?(\d\d)(?!\w)|(?<!\w)'(\d\d)(?!\w)")
_DAY = re.compile(r"(?<![\w-])([0-3]?\d)(?:st|nd|rd|th)?(?![\w-])")
_MONTHS = (
    "january enero", "february febrero", "march marzo", "april abril", "may mayo", "june junio", "july julio",
    "august agosto", "september septiembre setiembre", "october octubre", "november noviembre", "december diciembre",
)  # fmt: skip
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"),
    *("twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"),
    "twentieth",
)
OF_FAMILY = re.compile(r"(?<!\w)(?:last name|surname|family name|apellido)(?!\w)")
OF_GIVEN = re.compile(r"(?<!\w)(?:first name|given name|nombre(?! completo))(?!\w)")
_NO_NAMES = re.compile(r"(?<!\w)(?:no|is|it's|its|it|that's|my|the|name|sorry|actually|i said|es|me llamo)(?!\w)")
_HOST = re.compile(
    r"(?<!\w)(gmail|yahoo|hotmail|outlook|icloud|aol|comcast|verizon|protonmail)(?:\s*(?:dot|\.)\s*(com|net|org|me))?"
)
_ENDING = re.compile(r"(?:(?<!\w)dot|\.)\s*(com|net|org|edu|us|co|io)(?!\w)")
_SIGN = {"dot": ".", "period": ".", "point": ".", "underscore": "_", "dash": "-", "hyphen": "-", "punto": "."}
_SIGNS = "|".join(_SIGN)
_SIGN_NOT = re.compile(rf"(?<!\w)({_SIGNS})\W+(?:and )?not(?: an?| the)? ({_SIGNS})(?!\w)")
_NO_SIGN = re.compile(rf"(?<!\w)(?:no|without(?: an?| the)?|sin) ({_SIGNS})(?!\w)")


def mended_phone(plain: str, number: str) -> str | None:
    """The E.164 number with the part that is said put in its place; None where nothing is said of it."""
    home = number.removeprefix("+1")
    wrong = _NOT.search(plain)
    told, refused = (plain[: wrong.start()], plain[wrong.end() :]) if wrong else (plain, "")
    runs, out = list(_runs(told)), list(_runs(refused))
    if wrong and not runs and (parts := re.split(r"[,.;]", refused, maxsplit=1))[1:]:  # "not 47, 48"
        out, runs = list(_runs(parts[0])), list(_runs(parts[1]))
    said = "".join(runs)
    if (whole := as_e164(said)) and len(said) >= len(home):
        return whole
    if len(home) != 10 or not runs:
        return None
    if out and (at := home.rfind(out[0])) >= 0 and len(runs[-1]) == len(out[0]):
        return as_e164(home[:at] + runs[-1] + home[at + len(out[0]) :])
    if not 1 <= len(said) < len(home):
        return None
    at = _place(plain, said, home)
    return as_e164(home[:at] + said + home[at + len(said) :])


def _place(plain: str, said: str, home: str) -> int:
    """Where in a number of ten figures a few of them belong."""
    if _AREA.search(plain) and len(said) <= 7:
        return 0
    if _MIDDLE.search(plain) and len(said) <= 4:
        return 3
    if _END.search(plain) or len(said) not in (3, 6):
        return len(home) - len(said)
    starts = (0, 3) if len(said) == 3 else (0, 4)
    return min(starts, key=lambda at: sum(a != b for a, b in zip(home[at:], said, strict=False)))


def mended_birth_date(plain: str, born: date, *, today: date, region: str = "US") -> date | None:
    """The date with the year, month or day put right that is said; None where none is."""
    told = _NOT.split(plain)[0] or plain
    if found := birth_dates_in(told, today=today, asked=True, day_first=region in DAY_FIRST):
        return found[-1].on
    year, month, day = born.year, born.month, born.day
    rest = told
    if match := _YEAR.search(told):
        year, rest = int(match.group()), without(told, [match.span()])
    elif match := _SHORT_YEAR.search(told):
        short = int(match[1] or match[2])
        year = 1900 + short if 2000 + short > today.year else 2000 + short
        rest = without(told, [match.span()])
    for number, names in enumerate(_MONTHS, start=1):
        if re.search(rf"(?<!\w)(?:{'|'.join(names.split())})(?!\w)", rest):
            month = number
    if match := _DAY.search(rest):
        day = int(match[1])
    else:
        day = next((at for at, name in enumerate(_ORDINALS, start=1) if re.search(rf"\b{name}\b", rest)), day)
    try:
        mended = date(year, month, day)
    except ValueError:
        return None
    return mended if mended != born and mended <= today else None


def mended_name(text: str, name: FullName) -> FullName | None:
    """The name as its letters are said to be, or as it is said once more; None where nothing is said of it."""
    plain = folded(text)
    of_family, of_given = OF_FAMILY.search(plain), OF_GIVEN.search(plain)
    given, family = name.given.split(), name.family.split()
    if remarks := remarks_in(plain):
        if of_family and not of_given:
            family = put_right(family, remarks)[: len(family)] if _one_spelled(plain) is None else _respelled(plain)
        elif of_given and not of_family:
            given = put_right(given, remarks)[: len(given)] if _one_spelled(plain) is None else _respelled(plain)
        else:
            put = put_right([*given, *family], remarks)
            given, family = put[: len(given)], put[len(given) : len(given) + len(family)]
        mended = FullName(given=" ".join(given), family=" ".join(family))
        return mended if mended != name and mended.given and mended.family else None
    said = [word for word in _names_said(text) if folded(word) not in words("not_names")]
    if of_family and not of_given and said:
        return FullName(given=name.given, family=" ".join(capitals(word) for word in said[-2:]))
    if of_given and not of_family and said:
        return FullName(given=capitals(said[-1]), family=name.family)
    if len(said) >= 2:
        return FullName(given=capitals(said[0]), family=" ".join(capitals(word) for word in said[1:3]))
    if len(said) == 1:
        near_given = _unlike(said[0], name.given) < _unlike(said[0], name.family)
        one = capitals(said[0])
        return FullName(given=one, family=name.family) if near_given else FullName(given=name.given, family=one)
    return None


def _one_spelled(plain: str) -> str | None:
    """The letters of the one word that is spelled; None where none is, or several are."""
    spelled = [one.letters for one in spelled_in(plain)]
    return "".join(spelled) or None


def _respelled(plain: str) -> list[str]:
    return [capitals(_one_spelled(plain) or "")]


def _names_said(text: str) -> list[str]:
    plain = _NOT.split(folded(text))[0]
    spoken_of = [phrases(cue) for cue in ("name_cue_strong", "name_cue_weak", "deny_opening", "deny")]
    for pattern in (*spoken_of, OF_GIVEN, OF_FAMILY, _NO_NAMES):
        plain = pattern.sub(lambda match: " " * len(match.group()), plain)
    return [text[match.start() : match.end()] for match in re.finditer(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*", plain)]


def _unlike(said: str, known: str) -> float:
    one, other = folded(said), folded(known)
    return OSA.normalized_distance(sound(one), sound(other)) + 0.5 * OSA.normalized_distance(one, other)


def mended_email(plain: str, email: str) -> str | None:
    """The address with the part put right that is said; None where nothing is said of it."""
    if found := emails_in(plain, asked=True):
        return found[-1].address
    box, _, host = email.partition("@")
    told = _NOT.split(plain)[0]
    new = box
    if match := _SIGN_NOT.search(plain):
        new = box.replace(_SIGN[match[2]], _SIGN[match[1]])
    elif match := _NO_SIGN.search(plain):
        new = box.replace(_SIGN[match[1]], "", 1)
    if match := _HOST.search(told):
        host = f"{match[1]}.{match[2] or ('net' if match[1] == 'comcast' else 'com')}"
    elif match := _ENDING.search(told):
        host = f"{host.rsplit('.', 1)[0]}.{match[1]}"
    if remarks := remarks_in(told):
        new = _relettered(new, remarks)
    elif runs := list(_runs(told)):
        new = re.sub(r"\d+(?=\D*$)", runs[-1], new) if re.search(r"\d", new) else new + runs[-1]
    mended = f"{new}@{host}"
    return mended if mended != email else None


def _relettered(box: str, remarks: Sequence[Remark]) -> str:
    """The box with what is spelled in place of the word that it is nearest to, and other remarks heeded."""
    parts = re.split(r"([^a-z]+)", box)
    at = [place for place, part in enumerate(parts) if part.isalpha()]
    for remark in remarks:
        if remark.spelled is None:
            put = put_right([parts[place] for place in at], [remark])
            for place, part in zip(at, put, strict=False):
                parts[place] = part.lower()
            continue
        letters = remark.spelled.letters
        near = min(at, key=lambda place: OSA.normalized_distance(parts[place], letters), default=None)
        if near is not None:
            parts[near] = letters
    return "".join(parts)


def _runs(plain: str) -> Iterator[str]:
    """The figures that are said, each stretch of them by itself."""
    run: list[str] = []
    for word in [*_FIGURES.findall(plain), ""]:
        if word.isdigit() or word in number_words():
            run.append(word)
            continue
        if run and (read := _read(run)):
            yield read
        run = []


def _read(run: Sequence[str]) -> str:
    said = renderings(" ".join(run), fits=str.isdigit, most=1)
    return said[0].signs if said else ""
