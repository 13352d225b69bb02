"""The look for faults finds faults: a page that has some is told, element by element."""

from playwright.async_api import Page
from tests.web.axe import violations

FAULTY = """<!doctype html><html><title>A page</title><main><h1>Words</h1>
<p style="color:#aaa;background:#fff">too faint</p><button></button><img src="data:,">
<a href="#a" style="display:inline-block;width:9px;height:9px">.</a><a href="#b" style="display:inline-block">.</a>
</main></html>"""
SOUND = """<!doctype html><html lang="en"><title>A page</title><main><h1>Words</h1><p>dark enough</p></main></html>"""


async def test_a_page_without_language_names_contrast_or_room_to_tap_is_told(page: Page) -> None:
    await page.set_content(FAULTY)

    found = {fault.partition(":")[0] for fault in await violations(page)}

    assert found == {"html-has-lang", "color-contrast", "button-name", "image-alt", "target-size"}


async def test_a_sound_page_has_no_faults(page: Page) -> None:
    await page.set_content(SOUND)

    assert await violations(page) == []
