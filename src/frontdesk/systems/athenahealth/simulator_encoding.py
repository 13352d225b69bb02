"""JSON as athenaOne sends it: numbers and booleans now as such, now as text, and keys in no order."""

import json
import re
from collections.abc import Mapping
from enum import Enum


class Encoding(Enum):
    """What numbers and booleans travel as. Seen [types-wander]: both are met, so both must be read.

    Seen [as-recorded]: ids as numbers in open slots and as text in visits, lengths as numbers. Seen [all-text]: in
    older recordings lengths and booleans are text too; `totalcount` never is. Guess [proper-types]: what an app that
    called POST /misc/properjsonencoding gets; ids that are whole numbers are numbers then.
    """

    AS_RECORDED = "as recorded"
    ALL_TEXT = "all text"
    PROPER = "proper"


def as_sent(value: object, encoding: Encoding, *, turn: int) -> str:
    """The answer's text. Seen [key-order]: keys come in no order, here reversed at every other `turn`."""
    return json.dumps(_shaped(value, "", encoding, turn))


def _shaped(value: object, key: str, encoding: Encoding, turn: int) -> object:
    if isinstance(value, Mapping):
        items = [(name, _shaped(inner, name, encoding, turn)) for name, inner in value.items()]
        return dict(reversed(items) if turn % 2 else items)
    if isinstance(value, list | tuple):
        return [_shaped(inner, key, encoding, turn) for inner in value]
    if encoding is Encoding.ALL_TEXT and key != "totalcount":
        return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else value
    if encoding is Encoding.PROPER and isinstance(value, str):
        return _proper(value, key)
    return value


def _proper(value: str, key: str) -> object:
    if value in ("true", "false"):
        return value == "true"
    if re.fullmatch(r"-?[0-9]{1,15}", value) and (key.endswith("id") or key.startswith("scheduling")):
        return int(value)
    return value
