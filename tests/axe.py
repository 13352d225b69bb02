"""What axe-core finds wrong with a page that is open: WCAG 2.2, levels A and AA."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


async def violations(page: Page) -> list[str]:
    """A line each: the rule, and the element it was broken by; [] where nothing was found."""
    found = await Axe().run(page, options=OPTIONS)
    return [
        f"{violation['id']}: {node['html'][:160]}: {node.get('failureSummary', '')[:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
