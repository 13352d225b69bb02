"""A picture is what its bytes say."""

import pytest

from frontdesk.intake.pictures import HEIC, JPEG, LARGEST, PNG, kind_of

A_JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x10\x00\x10 pixels"
A_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR pixels \x00\x00\x00\x00IEND\xaeB`\x82"
A_HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic\x00\x00\x00\x20meta"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (A_JPEG, JPEG),
        (A_PNG, PNG),
        (A_HEIC, HEIC),
        (b"", None),
        (b"<svg onload=alert(1)>", None),
        (b"%PDF-1.4", None),
        (b"\xff\xd8\xff\xe0 <script>", None),
        (A_JPEG.replace(b"\x00\x10\x00\x10", b"\x00\x00\x00\x00"), None),
        (A_PNG[:-8], None),
        (A_HEIC.replace(b"heic", b"mp42").replace(b"mif1", b"isom"), None),
        (A_JPEG + b"\x00" * LARGEST, None),
    ],
)
def test_a_picture_is_what_its_bytes_say(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind
