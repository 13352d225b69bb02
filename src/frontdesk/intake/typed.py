"""What a patient's page sends, read as answers. A field is named by its linkId: `q.LINKID`.

A date comes as `q.LINKID.year`, `.month` and `.day`; other words of an open choice as `q.LINKID.other`; a signature as
the typed name in `q.LINKID` and the drawing in `q.LINKID.drawn`, as a data: address of a PNG.
"""

from base64 import b64decode
from binascii import Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from frontdesk.domain.questionnaire import Item, Kind, Questionnaire, Signed, Value
from frontdesk.intake.missing import Wrong, longest

Fields = Mapping[str, Sequence[str]]
"""Everything that was sent of each name."""

LARGEST_DRAWING = 300_000
"""Bytes of a drawn signature."""
PNG = b"\x89PNG\r\n\x1a\n"
_DRAWN = "data:image/png;base64,"
MOST_DIGITS = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """The answers that could be read, () where a field was left empty; and what could not, with what was typed."""

    answers: Mapping[str, tuple[Value, ...]]
    wrong: Mapping[str, Wrong]


def read_fields(items: Sequence[Item], fields: Fields) -> Typed:
    """The answers to the questions among these items and in them, but for files and signatures."""
    answers: dict[str, tuple[Value, ...]] = {}
    wrong: dict[str, Wrong] = {}
    for item in (one for top in items for one in top.below()):
        if not item.is_question or item.signature or item.read_only or item.kind is Kind.ATTACHMENT:
            continue
        read = _read(item, fields)
        if isinstance(read, Wrong):
            wrong[item.link_id] = read
        else:
            answers[item.link_id] = read
    return Typed(answers=answers, wrong=wrong)


def read_signature(
    questionnaire: Questionnaire, group: Item, item: Item, fields: Fields, *, language: str, now: datetime
) -> Signed | None:
    """The signature under the words of its group; None where no name was typed."""
    name = _one(fields, f"q.{item.link_id}")[: longest(item)]
    if not name:
        return None
    return Signed(
        name=name,
        when=now,
        words=words_above(questionnaire, group, language),
        version=questionnaire.version,
        language=language,
        drawn=_drawing(_one(fields, f"q.{item.link_id}.drawn")),
    )


def words_above(questionnaire: Questionnaire, group: Item, language: str) -> str:
    """What a signature in that group is given under: its heading, and the words in it that are there to be read."""
    read = (one for one in group.below() if one.kind in {Kind.GROUP, Kind.DISPLAY})
    return "\n\n".join(text for one in read if (text := questionnaire.text(one.texts, language)))


def _read(item: Item, fields: Fields) -> tuple[Value, ...] | Wrong:
    name = f"q.{item.link_id}"
    match item.kind:
        case Kind.DATE:
            return _date([_one(fields, f"{name}.{part}") for part in ("year", "month", "day")])
        case Kind.BOOLEAN:
            said = _one(fields, name)
            return (said == "true",) if said in {"true", "false"} else ()
        case Kind.INTEGER:
            return _integer(_one(fields, name))
        case Kind.CHOICE | Kind.OPEN_CHOICE:
            return _chosen(item, fields)
        case _:
            said = _one(fields, name)
            return (said,) if said else ()


def _one(fields: Fields, name: str) -> str:
    sent = fields.get(name, ())
    return sent[0].replace("\r\n", "\n").replace("\x00", "").strip() if sent else ""


def _date(parts: Sequence[str]) -> tuple[Value, ...] | Wrong:
    if not any(parts):
        return ()
    try:
        year, month, day = (int(part) if part.isascii() and part.isdigit() else 0 for part in parts)
        return (date(year, month, day),) if year >= 1000 else Wrong.NO_DATE
    except (ValueError, OverflowError):
        return Wrong.NO_DATE


def _integer(said: str) -> tuple[Value, ...] | Wrong:
    if not said:
        return ()
    digits = said.removeprefix("-")
    return (int(said),) if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS else Wrong.NO_NUMBER


def _chosen(item: Item, fields: Fields) -> tuple[Value, ...] | Wrong:
    """Choices are sent by their number in the list; "other" stands for the words beside it."""
    chosen: list[Value] = []
    for said in dict.fromkeys(fields.get(f"q.{item.link_id}", ())):
        if said == "other" and item.kind is Kind.OPEN_CHOICE:
            if other := _one(fields, f"q.{item.link_id}.other"):
                chosen.append(other)
        elif said.isascii() and said.isdigit() and len(said) < 4 and int(said) < len(item.options):
            chosen.append(item.options[int(said)].value)
        elif said:
            return Wrong.NO_CHOICE
    return tuple(chosen)


def _drawing(sent: str) -> bytes:
    """The bytes of a drawn signature; none where it is no PNG, or larger than anybody draws."""
    if not sent.startswith(_DRAWN) or len(sent) > LARGEST_DRAWING * 4 // 3:
        return b""
    try:
        drawn = b64decode(sent.removeprefix(_DRAWN), validate=True)
    except (Error, ValueError):
        return b""
    return drawn if drawn.startswith(PNG) else b""
