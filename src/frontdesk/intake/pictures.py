"""What a picture is, told from its own bytes; the name and type that a browser gives it count for nothing."""

LARGEST = 10_000_000
"""Bytes of one picture; a phone's photo has 2 to 6 million."""
JPEG, PNG, HEIC = "image/jpeg", "image/png", "image/heic"
_PNG_BEGINS, _PNG_ENDS = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of JPEG that begin a frame (ITU-T T.81, table B.1)."""


def kind_of(content: bytes) -> str | None:
    """The media type: JPEG, PNG or HEIC; None for anything else, and for what is larger than LARGEST."""
    if len(content) > LARGEST:
        return None
    if content.startswith(_PNG_BEGINS):
        return PNG if content[12:16] == b"IHDR" and content.rstrip(b"\x00").endswith(_PNG_ENDS) else None
    if content.startswith(b"\xff\xd8"):
        return JPEG if _has_frame(content) else None
    if content[4:8] == b"ftyp" and _brands(content) & _HEIC_BRANDS:
        return HEIC if b"meta" in content[:4096] else None
    return None


def _has_frame(content: bytes) -> bool:
    """Whether the segments of a JPEG lead to a picture with a width and a height."""
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if marker in _FRAMES:
            height, width = content[place + 5 : place + 7], content[place + 7 : place + 9]
            return any(height) and any(width)
        if marker == 0xFF:  # fill bytes may stand before a marker
            place += 1
        elif length < 2:
            return False
        else:
            place += 2 + length
    return False


def _brands(content: bytes) -> set[bytes]:
    length = min(int.from_bytes(content[:4], "big"), 256)
    return {content[place : place + 4] for place in range(8, length, 4)}
