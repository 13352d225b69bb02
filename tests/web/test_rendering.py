import hashlib
import re

import pytest

from frontdesk.web.rendering import STATIC, linked, monogram, page, static_url


def test_an_address_in_a_text_becomes_a_link_and_all_else_is_escaped() -> None:
    shown = linked("<b>Hi</b> see https://desk.example.com/intake/a-b_c, or call")

    assert shown == (
        "&lt;b&gt;Hi&lt;/b&gt; see "
        '<a href="https://desk.example.com/intake/a-b_c" target="_blank" rel="noopener noreferrer">'
        "https://desk.example.com/intake/a-b_c</a>, or call"
    )


@pytest.mark.parametrize("text", ["javascript:alert(1)", "data:text/html,x", "www.example.com", "https://"])
def test_only_web_addresses_become_links(text: str) -> None:
    assert "<a" not in linked(text)


def test_an_address_cannot_leave_its_attribute() -> None:
    assert '"onclick' not in linked('https://x.example.com/"onclick="alert(1)')


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Maria Gonzalez", "MG"), ("Dr. Elena Marsh", "EM"), ("Cher", "C"), ("ana maría de la cruz", "AC"), ("", "")],
)
def test_a_monogram_leaves_titles_out(name: str, letters: str) -> None:
    assert monogram(name) == letters


def test_the_address_of_a_file_names_its_content() -> None:
    assert re.fullmatch(r"/static/chat\.css\?v=[0-9a-f]{12}", static_url("chat.css"))


def test_a_name_that_a_template_misses_is_a_fault_and_not_a_blank() -> None:
    with pytest.raises(Exception, match="is undefined"):
        page("trouble.html", {})


def test_no_page_has_a_style_or_a_script_written_into_it() -> None:
    templates = (STATIC.parent / "templates").rglob("*.html")

    inline = [
        (template.name, found)
        for template in templates
        for found in re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)[^>]*>", template.read_text())
    ]

    assert inline == []


def test_third_party_files_are_the_ones_that_are_listed() -> None:
    listed = dict(re.findall(r"^\| (\S+\.(?:js|css|woff2)) \|.*\| ([0-9a-f]{64}) \|$", _vendor_list(), re.MULTILINE))

    there = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in (STATIC / "vendor").iterdir()
        if file.suffix in {".js", ".css", ".woff2"}
    }

    assert there == listed


def _vendor_list() -> str:
    return (STATIC / "vendor" / "README.md").read_text()
