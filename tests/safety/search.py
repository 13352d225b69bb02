"""Looks for a value in files however it is written: plain, base64, hex, in another case, as a phone number."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

Places = dict[str, list[str]]
"""What was found of a value, and where: the file and the form it had."""

_SHORTEST = 6
"""Octets; shorter ones stand in any file by chance."""


def forms(value: str) -> dict[bytes, str]:
    """Every way in which a value may be written, with a name for it."""
    written: dict[bytes, str] = {}
    written |= {text.encode(): "in another case" for text in (value.lower(), value.upper(), value.casefold())}
    written |= {
        text.encode(): "escaped" for text in (quote(value), quote_plus(value), value.encode("unicode_escape").decode())
    }
    written[value.encode("utf-16-le")] = "utf-16"
    for text in _as_phone(value):
        written[text.encode()] = "as a phone number"
    written[value.encode()] = "plain"
    for plain in {value.encode(), *(text.encode() for text in _as_phone(value))}:
        written |= {plain.hex().encode(): "hex", plain.hex().upper().encode(): "hex"}
        for inner in _inside_base64(plain):
            written |= {inner: "base64", inner.replace(b"+", b"-").replace(b"/", b"_"): "base64"}
    return {octets: form for octets, form in written.items() if len(octets) >= _SHORTEST}


def found(values: Mapping[str, str], files: Iterable[Path]) -> Places:
    """Which of the named values stand in which files, in which form."""
    needles = [(name, form, octets) for name, value in values.items() for octets, form in forms(value).items()]
    places: Places = {}
    for file in files:
        content = file.read_bytes()
        for name, form, octets in needles:
            if octets in content:
                places.setdefault(name, []).append(f"{file.name} ({form})")
    return places


def _as_phone(value: str) -> list[str]:
    digits = re.sub(r"\D", "", value).removeprefix("1")
    if not value.startswith("+") or len(digits) != 10:
        return []
    area, exchange, line = digits[:3], digits[3:6], digits[6:]
    return [
        *(f"+1{digits}", f"1{digits}", digits),
        *(f"{area}{between}{exchange}{between}{line}" for between in "- ."),
        *(f"({area}) {exchange}-{line}", f"({area}){exchange}-{line}", f"{exchange}-{line}", f"{exchange} {line}"),
    ]


def _inside_base64(plain: bytes) -> list[bytes]:
    """The letters that a text makes in base64 wherever it begins, without those that its neighbours share."""
    inner = []
    for before in range(3):
        encoded = b64encode(bytes(before) + plain)
        first = (before * 8 + 5) // 6
        last = (before + len(plain)) * 8 // 6
        inner.append(encoded[first:last])
    return inner
