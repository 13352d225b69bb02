"""A paper drawn as a PDF 1.4, with the fonts that every reader has (ISO 32000-1, 9.6.2.2) and nothing embedded.

Those fonts have the letters of WinAnsiEncoding alone, enough for English and Spanish. Another letter is printed without
its marks, or by its number, and the paper says so.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from frontdesk.standards.paper import Line, Look, Paper

WIDTH, HEIGHT, MARGIN = 612, 792, 54
"""US Letter, in points."""
_REGULAR, _BOLD = "F1", "F2"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Style:
    font: str
    size: int
    before: int = 0
    indent: int = 0


_TITLE = _Style(font=_BOLD, size=16)
_STYLES = {
    Look.HEADING: _Style(font=_BOLD, size=12, before=12),
    Look.QUESTION: _Style(font=_REGULAR, size=9, before=5),
    Look.ANSWER: _Style(font=_BOLD, size=10, indent=12),
    Look.PLAIN: _Style(font=_REGULAR, size=10, before=2),
    Look.SMALL: _Style(font=_REGULAR, size=8, before=2, indent=12),
}
_LEADING = 1.3
_WIDER = 1.15
"""Helvetica-Bold is at most so much wider than Helvetica, over a line."""
_WIDTHS = {
    **dict.fromkeys("ijl'", 222), **dict.fromkeys("ft !,./:;I[\\]", 278), **dict.fromkeys("r()-`", 333),
    **dict.fromkeys("ckszvxyJ", 500), **dict.fromkeys("FTZ", 611), **dict.fromkeys("&ABEKPSVXY", 667),
    **dict.fromkeys("CDHNRUw", 722), **dict.fromkeys("GOQ", 778), **dict.fromkeys("mM", 833), "W": 944, "%": 889,
    "@": 1015,
}  # fmt: skip
"""Helvetica's widths in thousandths of the size (Adobe's Core 14 metrics)."""
_OTHER, _FOREIGN = 584, 1000
"""The most that any other letter has: of ASCII, and of the rest."""


def pdf_of(paper: Paper, *, unprinted: str) -> bytes:
    """The file. The same paper gives the same bytes.

    `unprinted` is what the paper ends with where a letter could not be printed as it was written.
    """
    title, whole = printable(paper.title)
    lines: list[Line] = []
    for line in paper.lines:
        text, unchanged = printable(line.text)
        whole = whole and unchanged
        lines.append(Line(look=line.look, text=text))
    if not whole:
        lines.append(Line(look=Look.SMALL, text=printable(unprinted)[0]))
    pages = list(_pages(title, lines))
    return _file(pages, title=paper.title, language=paper.language)


def printable(text: str) -> tuple[str, bool]:
    """The text in letters that the fonts have, and whether nothing had to be changed."""
    printed = "".join(map(_letter, unicodedata.normalize("NFC", text)))
    return printed, printed == unicodedata.normalize("NFC", text)


def _letter(one: str) -> str:
    if one in "\t\n\r":
        return " "
    if unicodedata.category(one) in {"Cc", "Cf"}:
        return ""
    if _has(one):
        return one
    bare = "".join(part for part in unicodedata.normalize("NFKD", one) if not unicodedata.combining(part))
    return bare if bare and all(map(_has, bare)) else f"[U+{ord(one):04X}]"


def _has(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _pages(title: str, lines: Sequence[Line]) -> Iterator[str]:
    """The drawing of each page, each with its number."""
    drawn: list[str] = []
    top = float(HEIGHT - MARGIN)
    number = 1
    for style, text in _broken(title, lines):
        step = style.before + style.size * _LEADING
        if top - step < MARGIN:
            yield "\n".join([*drawn, _number(number)])
            drawn, top, number = [], float(HEIGHT - MARGIN), number + 1
        top -= step
        drawn.append(_text(style.font, style.size, MARGIN + style.indent, top, text))
    yield "\n".join([*drawn, _number(number)])


def _broken(title: str, lines: Sequence[Line]) -> Iterator[tuple[_Style, str]]:
    for style, text in ((_TITLE, title), *((_STYLES[line.look], line.text) for line in lines)):
        first = True
        for part in _wrapped(text, style):
            yield style if first else _Style(font=style.font, size=style.size, indent=style.indent), part
            first = False


def _wrapped(text: str, style: _Style) -> Iterator[str]:
    """Words go to the next line together; a word longer than a line is cut."""
    room = (WIDTH - 2 * MARGIN - style.indent) * 1000 / style.size / (_WIDER if style.font == _BOLD else 1)
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if _width(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        line = word
        while _width(line) > room:
            fits = next(count for count in range(len(line), 0, -1) if _width(line[:count]) <= room)
            yield line[:fits]
            line = line[fits:]
    yield line


def _width(text: str) -> int:
    bare = (unicodedata.normalize("NFD", letter)[0] for letter in text)
    return sum(_WIDTHS.get(letter, _OTHER if letter.isascii() else _FOREIGN) for letter in bare)


def _number(page: int) -> str:
    return _text(_REGULAR, 8, WIDTH / 2, MARGIN / 2, str(page))


def _text(font: str, size: int, x: float, y: float, text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /{font} {size} Tf {x:.1f} {y:.1f} Td ({escaped}) Tj ET"


def _file(pages: Sequence[str], *, title: str, language: str) -> bytes:
    """Objects 1 to 5 are the catalogue, the pages, the two fonts and the title; then a page and its drawing each."""
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /Lang ({language}) >>".encode("cp1252"),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode("ascii"),
        *(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode("ascii")
            for name in ("Helvetica", "Helvetica-Bold")
        ),
        b"<< /Title <FEFF" + title.encode("utf-16-be").hex().upper().encode("ascii") + b"> >>",
    ]
    for number, drawing in enumerate(pages):
        fonts = f"<< /Font << /{_REGULAR} 3 0 R /{_BOLD} 4 0 R >> >>"
        box, content = f"[0 0 {WIDTH} {HEIGHT}]", f"{7 + 2 * number} 0 R"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Resources {fonts} /Contents {content} >>"
        stream = drawing.encode("cp1252")
        objects += [
            page.encode("ascii"),
            f"<< /Length {len(stream)} >>\nstream\n".encode("ascii") + stream + b"\nendstream",
        ]
    return _numbered(objects)


def _numbered(objects: Sequence[bytes]) -> bytes:
    """The objects with the table of where each begins."""
    file = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places: list[int] = []
    for number, one in enumerate(objects, start=1):
        places.append(len(file))
        file += f"{number} 0 obj\n".encode("ascii") + one + b"\nendobj\n"
    table = len(file)
    file += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode("ascii")
    file += b"".join(f"{place:010} 00000 n \n".encode("ascii") for place in places)
    file += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\n".encode("ascii")
    return bytes(file + f"startxref\n{table}\n%%EOF\n".encode("ascii"))
