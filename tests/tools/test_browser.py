from pathlib import Path

from playwright.async_api import Page

from tools import browser


async def test_the_browser_of_the_tests_runs_a_script(page: Page) -> None:
    await page.set_content("<button onclick=\"this.textContent = 'Booked'\">Book</button>")

    await page.click("button")

    assert await page.inner_text("button") == "Booked"


def test_a_program_that_shows_no_page_is_not_taken_for_a_browser() -> None:
    assert not browser.works(Path("/bin/true"))
