"""The search itself finds what is there, so that the leak test can fail."""

import os
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

import pytest
from tests.safety.search import found

NAME, PHONE = "Quillonara Vexbridge", "+15125550173"


@pytest.mark.parametrize(
    "written",
    [
        NAME.encode(),
        NAME.upper().encode(),
        NAME.encode("utf-16-le"),
        NAME.encode().hex().encode(),
        b"?name=Quillonara%20Vexbridge",
        b"name=Quillonara+Vexbridge",
        *(b64encode(b"x" * before + NAME.encode() + b"!") for before in range(4)),
        urlsafe_b64encode(b"\xff\xfe" + NAME.encode()),
    ],
)
def test_a_name_is_found_in_every_form(tmp_path: Path, written: bytes) -> None:
    file = tmp_path / "page"
    file.write_bytes(os.urandom(5000) + written + os.urandom(5000))

    assert list(found({"name": NAME}, [file])) == ["name"]


@pytest.mark.parametrize(
    "written", ["5125550173", "1-512-555-0173", "(512) 555-0173", "512.555.0173", "+15125550173", "555-0173"]
)
def test_a_phone_number_is_found_however_people_write_it(tmp_path: Path, written: str) -> None:
    file = tmp_path / "log"
    file.write_text(f"called {written} at noon")

    assert list(found({"phone": PHONE}, [file])) == ["phone"]


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    file = tmp_path / "page"
    file.write_bytes(os.urandom(1_000_000))

    assert found({"name": NAME, "phone": PHONE}, [file]) == {}
