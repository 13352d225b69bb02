"""How many messages a text is to a carrier, which bills and paces each.

Source: 3GPP TS 23.038 6.2.1 (the default alphabet and its extension table) and TS 23.040 9.2.3.24.1 (a text in parts
bears a header of six octets: 153 of 160 septets are left, 67 of 70 units of UCS-2). The language tables of 23.038 A.2
and A.3 are not used by US carriers.
"""

from dataclasses import dataclass
from enum import Enum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Written as an escape and a septet more."""
_ALONE = {"GSM-7": 160, "UCS-2": 70}
_IN_PARTS = {"GSM-7": 153, "UCS-2": 67}


class Encoding(Enum):
    """How the letters of a text travel: seven bits each, or sixteen as soon as one is in no seven-bit table."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


@dataclass(frozen=True, kw_only=True, slots=True)
class Segments:
    """`count` is at least 1; `units` are septets, or units of sixteen bits."""

    encoding: Encoding
    units: int
    count: int


def segments(text: str) -> Segments:
    """What a text is counted as. Nothing that takes two units is cut in two between messages."""
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        encoding, sizes = Encoding.GSM_7, [2 if letter in _EXTENDED else 1 for letter in text]
    else:
        encoding, sizes = Encoding.UCS_2, [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    units = sum(sizes)
    if units <= _ALONE[encoding.value]:
        return Segments(encoding=encoding, units=units, count=1)
    return Segments(encoding=encoding, units=units, count=_in_parts(sizes, room=_IN_PARTS[encoding.value]))


def _in_parts(sizes: list[int], *, room: int) -> int:
    count, used = 1, 0
    for size in sizes:
        if used + size > room:
            count, used = count + 1, 0
        used += size
    return count
