"""A real Chromium for the tests that look at pages, and loud words where there is none."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright
from tools.browser import ARGUMENTS, MISSING, find

SKIPPED = "no Chromium on this machine"


@pytest.fixture(scope="session")
def chromium() -> Path | None:
    """The browser that `make setup` found or got."""
    return find()


@pytest.fixture
async def browser(chromium: Path | None) -> AsyncIterator[Browser]:
    """A browser of this test's own. Without one the test is skipped, and the run's end says so; in CI it fails."""
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium here; see the lines of tools/browser.py above")
        pytest.skip(SKIPPED)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield started
        await started.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A fresh page. A script that breaks on it breaks the test."""
    context = await browser.new_context(locale="en-US", timezone_id="America/Chicago")
    opened = await context.new_page()
    broken: list[str] = []
    opened.on("pageerror", lambda error: broken.append(str(error)))
    yield opened
    await context.close()
    assert broken == []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """After everything else: which tests a missing browser kept from running."""
    skipped: list[pytest.TestReport] = terminalreporter.stats.get("skipped", [])
    without = [report.nodeid for report in skipped if SKIPPED in str(report.longrepr)]
    if without:
        terminalreporter.write_line(MISSING, red=True, bold=True)
        for test in without:
            terminalreporter.write_line(f"  skipped: {test}")
